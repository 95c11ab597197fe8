/** The requests behind the submit page: each archive as a raw body, then the submission that names them. */

import type { ArchiveKind } from '#lib/api/archives.ts';
import { type Answer, readAnswer } from '#lib/api/read-answer.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';

export interface Destination {
  challenge: string;
  phase: string;
  team: string;
}

/** An answer of the API that says why not, or a connection that broke. */
export class SendRefused extends Error {
  readonly fields: Readonly<Record<string, string>>;
  constructor(message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'SendRefused';
    this.fields = fields;
  }
}

/** The body of an answer. Throws SendRefused for every other. */
function bodyOf<Body>(answer: Answer<Body>, status: number): Body {
  if (answer.kind === 'success') return answer.body;
  if (answer.kind === 'problem') throw new SendRefused(answer.problem.detail, answer.problem.fields);
  // A proxy in front of the site answered, not the site.
  throw new SendRefused(`The server answered ${status}. Nothing was kept; try again in a minute.`);
}

/** Sends an archive; `onProgress` is told the bytes that left this machine. XMLHttpRequest, since fetch cannot tell. */
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
        new SendRefused('The connection broke before the file was whole. Nothing was kept: send it again.'),
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
    throw new SendRefused(
      'The file has arrived, but the connection broke before it was submitted. Press “Submit” again.',
    );
  }
  const { status } = response;
  return bodyOf(readAnswer(ROUTES.createSubmission, status, await response.text()), status).submission;
}
