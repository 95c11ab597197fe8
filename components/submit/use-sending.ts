'use client';

import { useEffect, useRef, useState } from 'react';
import { createSubmission, type Destination, SendRefused, sendImage } from './send-submission.ts';
import { addSample, type UploadFigures, type UploadSample, uploadFigures } from './upload-figures.ts';

export type Sending =
  | { step: 'idle' }
  | { step: 'uploading'; figures: UploadFigures }
  /** Every byte has left: the server hashes the rest and queues the evaluation. */
  | { step: 'finishing' }
  | { step: 'sent' }
  | { step: 'refused'; message: string; fields: Readonly<Record<string, string>> };

export interface Parcel {
  to: Destination;
  file: File;
  algorithm: string;
}

/** Sends a parcel, tells how far it is, and keeps the reader from leaving meanwhile. */
export function useSending(onSent: (submissionId: string) => void) {
  const [sending, setSending] = useState<Sending>({ step: 'idle' });
  const abort = useRef<AbortController>(undefined);
  // An archive that has arrived is not sent again because the submission was refused.
  const arrived = useRef<{ key: string; imageId: string }>(undefined);
  const busy = sending.step === 'uploading' || sending.step === 'finishing';

  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [busy]);

  async function upload({ to, file }: Parcel): Promise<string> {
    const key = [to.team, to.challenge, to.phase, file.name, file.size, file.lastModified].join('\n');
    if (arrived.current?.key === key) return arrived.current.imageId;
    abort.current = new AbortController();
    let samples: UploadSample[] = [{ atMs: performance.now(), sentBytes: 0 }];
    setSending({ step: 'uploading', figures: uploadFigures(samples, file.size) });
    const onProgress = (sentBytes: number) => {
      samples = addSample(samples, { atMs: performance.now(), sentBytes });
      setSending(
        sentBytes >= file.size
          ? { step: 'finishing' }
          : { step: 'uploading', figures: uploadFigures(samples, file.size) },
      );
    };
    const image = await sendImage(to, file, onProgress, abort.current.signal);
    arrived.current = { key, imageId: image.id };
    return image.id;
  }

  async function send(parcel: Parcel): Promise<void> {
    try {
      const imageId = await upload(parcel);
      setSending({ step: 'finishing' });
      const submission = await createSubmission(parcel.to, imageId, parcel.algorithm);
      setSending({ step: 'sent' });
      onSent(submission.id);
    } catch (error) {
      if (abort.current?.signal.aborted) return setSending({ step: 'idle' });
      if (!(error instanceof SendRefused)) throw error;
      setSending({ step: 'refused', message: error.message, fields: error.fields });
    }
  }

  return { sending, busy, send, cancel: () => abort.current?.abort() };
}
