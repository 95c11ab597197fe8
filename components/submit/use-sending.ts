'use client';

import { useEffect, useRef, useState } from 'react';
import type { ArchiveKind } from '#lib/api/archives.ts';
import { type ArchiveChoice, isSent } from './check-archive.ts';
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
}

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
    const key = [kind, to.team, to.challenge, to.phase, file.name, file.size, file.lastModified].join('\n');
    const known = uploaded.current.get(key);
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
    const { id } = await sendArchive(kind, to, file, onProgress, abort.current.signal);
    uploaded.current.set(key, id);
    return id;
  }

  async function send({ to, image, model, algorithm }: SubmissionDraft): Promise<void> {
    try {
      const imageId = await upload('image', to, image);
      const modelId = model && (await upload('model', to, model));
      setSending({ step: 'finishing' });
      const submission = await createSubmission(to, { imageId, modelId, algorithm });
      setSending({ step: 'sent' });
      onSent(submission.id);
    } catch (error) {
      if (abort.current?.signal.aborted) return setSending({ step: 'idle' });
      if (!(error instanceof RequestError)) throw error;
      setSending({ step: 'refused', message: error.message, fields: error.fields });
    }
  }

  return { sending, busy, send, cancel: () => abort.current?.abort() };
}
