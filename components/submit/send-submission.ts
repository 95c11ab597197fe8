/** The requests of the submit page: each archive as a raw body, then the submission that refers to them. */

import type { ArchiveKind } from '#lib/api/archives.ts';
import { IDEMPOTENCY_KEY_HEADER } from '#lib/api/idempotency/key.ts';
import { ConnectionLost, isLostBehindProxy, sendOnce } from '#lib/api/idempotency/send-once.ts';
import type { ProblemCode } from '#lib/api/problem.ts';
import { type Answer, readAnswer } from '#lib/api/read-answer.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { Remarks } from '#lib/domain/submissions/remarks.ts';

export interface Destination {
  challenge: string;
  phase: string;
  team: string;
}

/** The API refused the request, or the connection was lost. */
export class RequestError extends Error {
  readonly fields: Readonly<Record<string, string>>;
  /** null if the site didn’t answer. */
  readonly code: ProblemCode | null;
  constructor(
    message: string,
    {
      code = null,
      fields = {},
    }: { code?: ProblemCode | null; fields?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.fields = fields;
  }
}

/** The body of a successful answer. Throws RequestError for any other. */
function bodyOf<Body>(answer: Answer<Body>, status: number): Body {
  if (answer.kind === 'success') return answer.body;
  if (answer.kind === 'problem') throw new RequestError(answer.problem.detail, answer.problem);
  // A proxy in front of the site answered, not the site.
  throw new RequestError(`The request failed: the server returned status ${status}. Try again in a minute.`);
}

/** Uploads an archive. Uses XMLHttpRequest, because fetch doesn’t report upload progress. */
export function sendArchive(
  kind: ArchiveKind,
  to: Destination,
  file: File,
  { key, onProgress, signal }: { key: string; onProgress: (sentBytes: number) => void; signal: AbortSignal },
): Promise<{ id: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const route = kind === 'image' ? ROUTES.uploadImage : ROUTES.uploadModel;
    request.open(route.method, routeAddress(route, {}, { ...to }));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    request.setRequestHeader(IDEMPOTENCY_KEY_HEADER, `"${key}"`);
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      try {
        resolve(uploadedArchive(kind, request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    request.addEventListener('error', () =>
      reject(
        new RequestError(
          'The upload failed: the connection was lost before the site confirmed the file. Submit again to send the file again; the site keeps it only once.',
        ),
      ),
    );
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function uploadedArchive(kind: ArchiveKind, status: number, text: string): { id: string } {
  return kind === 'image'
    ? bodyOf(readAnswer(ROUTES.uploadImage, status, text), status).image
    : bodyOf(readAnswer(ROUTES.uploadModel, status, text), status).model;
}

/**
 * Creates the submission. If the connection breaks, asks again with the same key, which returns the submission if
 * the first request has arrived and creates it if not.
 */
export async function createSubmission(
  to: Destination,
  body: { imageId: string; modelId: string | null; algorithm: string } & Remarks,
  key: string,
): Promise<{ id: string }> {
  const { method, path } = ROUTES.createSubmission;
  const send = async () => {
    const response = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json', [IDEMPOTENCY_KEY_HEADER]: `"${key}"` },
      body: JSON.stringify({ ...to, ...body }),
    });
    const { status } = response;
    if (isLostBehindProxy(status)) throw new Error(`status ${status}`);
    return { status, text: await response.text() };
  };
  const sendOrLose = () =>
    send().catch((error: Error) => {
      throw new ConnectionLost(error.message, { cause: error });
    });
  const { status, text } = await sendOnce(sendOrLose, { key }).catch((error: unknown) => {
    if (!(error instanceof ConnectionLost)) throw error;
    throw new RequestError(
      'The files are uploaded, but the site doesn’t answer, so this page can’t tell whether they were submitted. Submit again when you are online: it counts as one submission, and the files aren’t uploaded again.',
    );
  });
  return bodyOf(readAnswer(ROUTES.createSubmission, status, text), status).submission;
}
