/** The requests of the submit page: each archive as a raw body, then the submission that refers to them. */

import type { ArchiveKind } from '#lib/api/archives.ts';
import { type Answer, readAnswer } from '#lib/api/read-answer.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';

export interface Destination {
  challenge: string;
  phase: string;
  team: string;
}

/** The API refused the request, or the connection was lost. */
export class RequestError extends Error {
  readonly fields: Readonly<Record<string, string>>;
  constructor(message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'RequestError';
    this.fields = fields;
  }
}

/** The body of a successful answer. Throws RequestError for any other. */
function bodyOf<Body>(answer: Answer<Body>, status: number): Body {
  if (answer.kind === 'success') return answer.body;
  if (answer.kind === 'problem') throw new RequestError(answer.problem.detail, answer.problem.fields);
  // A proxy in front of the site answered, not the site.
  throw new RequestError(`The request failed: the server returned status ${status}. Try again in a minute.`);
}

/** Uploads an archive. Uses XMLHttpRequest, because fetch doesn’t report upload progress. */
export function sendArchive(
  kind: ArchiveKind,
  to: Destination,
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<{ id: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const route = kind === 'image' ? ROUTES.uploadImage : ROUTES.uploadModel;
    request.open(route.method, routeAddress(route, {}, { ...to }));
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
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
          'The upload failed: the connection was lost. Nothing was stored. Upload the file again.',
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

export async function createSubmission(
  to: Destination,
  body: { imageId: string; modelId: string | null; algorithm: string },
): Promise<{ id: string }> {
  const { method, path } = ROUTES.createSubmission;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...to, ...body }),
    });
  } catch {
    throw new RequestError(
      'The files are uploaded, but the connection was lost before they were submitted. Submit again: the files aren’t uploaded twice.',
    );
  }
  const { status } = response;
  return bodyOf(readAnswer(ROUTES.createSubmission, status, await response.text()), status).submission;
}
