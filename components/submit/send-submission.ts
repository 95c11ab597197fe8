/** The requests behind the submit page: each archive as a raw body, then the submission that names them. */

import type { ArchiveKind } from '#lib/api/archives.ts';

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

function refusal(status: number, body: string): SendRefused {
  try {
    const { error } = JSON.parse(body) as { error: { message: string; fields?: Record<string, string> } };
    return new SendRefused(error.message, error.fields);
  } catch {
    // A proxy in front of the site answered, not the site.
    return new SendRefused(`The server answered ${status}. Nothing was kept; try again in a minute.`);
  }
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
    request.open('POST', `/api/v1/${kind}s?${new URLSearchParams({ ...to })}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      if (request.status !== 201) return reject(refusal(request.status, request.responseText));
      resolve((JSON.parse(request.responseText) as Record<ArchiveKind, { id: string }>)[kind]);
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

export async function createSubmission(
  to: Destination,
  body: { imageId: string; modelId: string | null; algorithm: string },
): Promise<{ id: string }> {
  let response: Response;
  try {
    response = await fetch('/api/v1/submissions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...to, ...body }),
    });
  } catch {
    throw new SendRefused(
      'The file has arrived, but the connection broke before it was submitted. Press “Submit” again.',
    );
  }
  const text = await response.text();
  if (response.status !== 201) throw refusal(response.status, text);
  return (JSON.parse(text) as { submission: { id: string } }).submission;
}
