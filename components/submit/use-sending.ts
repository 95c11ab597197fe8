'use client';

import { useEffect, useRef, useState } from 'react';
import type { ArchiveKind } from '#lib/api/archives.ts';
import type { Remarks } from '#lib/domain/submissions/remarks.ts';
import { type ArchiveChoice, isSent } from './check-archive.ts';
import { forgetRequestKeys, requestKey } from './request-keys.ts';
import { createSubmission, type Destination, RequestError, sendArchive } from './send-submission.ts';
import { addSample, type UploadFigures, type UploadSample, uploadFigures } from './upload-figures.ts';

export type Sending =
  | { step: 'idle' }
  | { step: 'uploading'; kind: ArchiveKind; figures: UploadFigures }
  /** Everything is uploaded: the server verifies the checksum and queues the evaluation. */
  | { step: 'finishing' }
  | { step: 'sent' }
  | { step: 'refused'; message: string; fields: Readonly<Record<string, string>> };

export interface SubmissionDraft {
  to: Destination;
  image: ArchiveChoice;
  model: ArchiveChoice | null;
  algorithm: string;
  remarks: Remarks;
}

/** Its key, kept in this browser, belongs to other content. */
const CHANGED_FILE =
  'Nothing was submitted: a file has changed since it was last sent, but has the same name, size and date. Submit again to send it as a new file.';

/** Uploads the archives, creates the submission, reports progress, and warns before the page is left meanwhile. */
export function useSending(onSent: (submissionId: string) => void) {
  const [sending, setSending] = useState<Sending>({ step: 'idle' });
  const abort = useRef<AbortController>(undefined);
  // If the submission is refused, a retry doesn’t upload the archives again.
  const uploaded = useRef(new Map<string, string>());
  const busy = sending.step === 'uploading' || sending.step === 'finishing';

  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [busy]);

  /** Returns the archive’s ID and uploads it first, if that hasn’t happened yet. */
  async function upload(kind: ArchiveKind, to: Destination, file: ArchiveChoice): Promise<string> {
    if (isSent(file)) return file.id;
    const request = describeUpload(kind, to, file);
    const known = uploaded.current.get(request);
    if (known !== undefined) return known;
    let samples: UploadSample[] = [{ atMs: performance.now(), sentBytes: 0 }];
    const show = () => setSending({ step: 'uploading', kind, figures: uploadFigures(samples, file.size) });
    show();
    const onProgress = (sentBytes: number) => {
      samples = addSample(samples, { atMs: performance.now(), sentBytes });
      if (sentBytes >= file.size) setSending({ step: 'finishing' });
      else show();
    };
    abort.current = new AbortController();
    const { signal } = abort.current;
    const { id } = await sendArchive(kind, to, file, { key: requestKey(request), onProgress, signal });
    uploaded.current.set(request, id);
    return id;
  }

  async function send(draft: SubmissionDraft): Promise<void> {
    const { to, image, model, algorithm, remarks } = draft;
    const requests = describeRequests(draft);
    try {
      const imageId = await upload('image', to, image);
      const modelId = model && (await upload('model', to, model));
      setSending({ step: 'finishing' });
      const submission = await createSubmission(
        to,
        { imageId, modelId, algorithm, ...remarks },
        requestKey(requests.submission),
      );
      forgetRequestKeys([requests.submission, ...requests.uploads]);
      setSending({ step: 'sent' });
      onSent(submission.id);
    } catch (error) {
      if (abort.current?.signal.aborted) return setSending({ step: 'idle' });
      if (!(error instanceof RequestError)) throw error;
      const isChanged = error.code === 'IDEMPOTENCY_KEY_REUSED';
      if (isChanged) forgetRequestKeys([requests.submission, ...requests.uploads]);
      const message = isChanged ? CHANGED_FILE : error.message;
      setSending({ step: 'refused', message, fields: error.fields });
    }
  }

  return { sending, busy, send, cancel: () => abort.current?.abort() };
}

/** What identifies an upload in this browser, which can’t read a file of gigabytes for its checksum. */
function describeUpload(kind: ArchiveKind, to: Destination, file: File): string {
  return [kind, to.team, to.challenge, to.phase, file.name, file.size, file.lastModified].join('\n');
}

function describeRequests({ to, image, model, algorithm, remarks }: SubmissionDraft) {
  const describe = (kind: ArchiveKind, archive: ArchiveChoice) =>
    isSent(archive) ? archive.id : describeUpload(kind, to, archive);
  const archives = [describe('image', image), ...(model ? [describe('model', model)] : [])];
  const texts = [algorithm, ...Object.values(remarks).filter((text) => text !== null)];
  const submission = ['submission', to.team, to.challenge, to.phase, ...texts, ...archives].join('\n');
  return { submission, uploads: archives };
}
