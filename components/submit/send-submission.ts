/** The two requests behind the submit page: the archive as a raw body, then the submission that names it. */

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

/** Sends the archive; `onProgress` is told the bytes that left this machine. XMLHttpRequest, since fetch cannot tell. */
export function sendImage(
  to: Destination,
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<{ id: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/images?${new URLSearchParams({ ...to })}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      if (request.status !== 201) return reject(refusal(request.status, request.responseText));
      resolve((JSON.parse(request.responseText) as { image: { id: string } }).image);
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
  imageId: string,
  algorithm: string,
): Promise<{ id: string }> {
  let response: Response;
  try {
    response = await fetch('/api/v1/submissions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...to, imageId, algorithm }),
    });
  } catch {
    throw new SendRefused(
      'The file has arrived, but the connection broke before it was submitted. Press “Submit” again.',
    );
  }
  const body = await response.text();
  if (response.status !== 201) throw refusal(response.status, body);
  return (JSON.parse(body) as { submission: { id: string } }).submission;
}
