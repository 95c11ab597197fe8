import type { z } from 'zod';
import { problemSchema } from '#lib/api/problem.ts';
import { importTestSetResponseSchema, testSetUploadResponseSchema } from '#lib/api/test-sets/test-sets.ts';

/** 16 MiB: few requests, and little is sent again after an interruption. */
const PART_BYTES = 16 * 2 ** 20;
const WAITS_MS = [1000, 3000, 10_000, 30_000];

export class UploadError extends Error {}

export interface SetUpload {
  /** Of the route that takes the parts. */
  address: string;
  file: Blob;
  sha256: string;
  signal: AbortSignal;
  onProgress(sentBytes: number, totalBytes: number): void;
  /** Pauses before a request is sent again after the connection broke. */
  waitsMs?: readonly number[];
}

/**
 * Uploads the file in parts, from where an earlier upload of the same file ended, and makes it the test set of the phase.
 * Throws UploadError with what to do, or the signal's reason.
 */
export async function uploadSet(upload: SetUpload): Promise<{ sha256: string; bytes: number }> {
  const { address, file, sha256, onProgress } = upload;
  const query = { sha256, bytes: String(file.size) };
  onProgress(0, file.size);
  const found = await ask(
    upload,
    testSetUploadResponseSchema,
    'GET',
    `${address}?${new URLSearchParams({ sha256 })}`,
  );
  let received = found.upload?.received ?? 0;
  while (received < file.size) {
    onProgress(received, file.size);
    const part = file.slice(received, received + PART_BYTES);
    const parameters = new URLSearchParams({ ...query, at: String(received) });
    const answer = await ask(upload, testSetUploadResponseSchema, 'PUT', `${address}?${parameters}`, part);
    if (answer.upload === null || answer.upload.received <= received) {
      throw new UploadError('The site didn’t keep a part of the file. Continue the upload.');
    }
    ({ received } = answer.upload);
  }
  onProgress(received, file.size);
  const parameters = new URLSearchParams({ sha256 });
  const { testSet } = await ask(upload, importTestSetResponseSchema, 'POST', `${address}?${parameters}`);
  return testSet;
}

/** Sends a request that may be repeated, again if the connection breaks. */
async function ask<Schema extends z.ZodType>(
  { signal, waitsMs = WAITS_MS }: SetUpload,
  schema: Schema,
  method: 'GET' | 'PUT' | 'POST',
  url: string,
  body: Blob | null = null,
): Promise<z.output<Schema>> {
  const headers = { 'content-type': 'application/octet-stream' };
  for (const waitMs of [...waitsMs, null]) {
    signal.throwIfAborted();
    const answer = await send(url, { method, body, signal, ...(method !== 'GET' && { headers }) });
    if (answer !== null) return readBody(answer, schema);
    signal.throwIfAborted();
    if (waitMs !== null) await pause(waitMs, signal);
  }
  throw new UploadError(
    'The connection to the site was lost. What was sent is kept: continue the upload when you are online.',
  );
}

/** null if the site wasn't reached, or a proxy answered in its place. */
async function send(url: string, init: RequestInit): Promise<{ status: number; text: string } | null> {
  try {
    const response = await fetch(url, init);
    if ([502, 503, 504].includes(response.status)) return null;
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}

function readBody<Schema extends z.ZodType>(
  { status, text }: { status: number; text: string },
  schema: Schema,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UploadError(`The site answered with status ${status} and no reason. Try again in a minute.`);
  }
  if (status < 300) return schema.parse(json);
  const problem = problemSchema.safeParse(json);
  throw new UploadError(problem.success ? problem.data.detail : `The site answered with status ${status}.`);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
