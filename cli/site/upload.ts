import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { CommandError } from '#cli/command.ts';
import { IDEMPOTENCY_KEY_HEADER } from '#lib/api/idempotency/key.ts';
import { ConnectionLost, isLostBehindProxy, sendOnce } from '#lib/api/idempotency/send-once.ts';
import type { JsonRoute, ResponseBody } from '#lib/api/routes.ts';
import { siteAnswer } from './site-answer.ts';

const IDLE_LIMIT_MS = 120_000;

/** What is sent. It is opened once for each attempt. */
export interface UploadBody {
  /** For messages. */
  name: string;
  bytes: number;
  open(): Readable;
}

export interface Upload<Route extends JsonRoute> {
  route: Route;
  url: URL;
  token: string;
  body: UploadBody;
  headers?: Record<string, string>;
  onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** Pauses before the second and later attempts. */
  waitsMs?: readonly number[];
}

export interface FileUpload<Route extends JsonRoute> extends Omit<Upload<Route>, 'body'> {
  file: string;
}

/** Streams a file as `uploadBody` does. */
export async function uploadFile<Route extends JsonRoute>({
  file,
  ...upload
}: FileUpload<Route>): Promise<ResponseBody<Route>> {
  const { size } = await stat(file).catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}`);
  });
  const open = () => createReadStream(file, { highWaterMark: 1 << 20 });
  return await uploadBody({ ...upload, body: { name: file, bytes: size, open } });
}

/**
 * Streams the body of a POST and returns the parsed JSON response. If the connection breaks, sends it again
 * with the same key, so that the site stores it once. Throws CommandError with the site’s message.
 */
export async function uploadBody<Route extends JsonRoute>({
  waitsMs,
  ...upload
}: Upload<Route>): Promise<ResponseBody<Route>> {
  const { url, route } = upload;
  const send = (key: string) => sendBody(upload, key);
  const { status, text } = await sendOnce(send, waitsMs ? { waitsMs } : {}).catch((error: unknown) => {
    if (!(error instanceof ConnectionLost)) throw error;
    throw new CommandError(
      `The upload failed: ${error.message}. The site didn't confirm that it has the file. Try again when the connection is better.`,
    );
  });
  return siteAnswer(url, route, status, text);
}

interface SiteResponse {
  status: number;
  text: string;
}

/**
 * Uses node:http, because fetch neither reports upload progress nor sends Content-Length with a stream. Also reads a
 * refusal that arrives before the whole body is sent. Throws ConnectionLost once a part of the file has been sent.
 */
function sendBody(
  {
    url,
    token,
    body: { name, bytes: size, open },
    headers = {},
    onProgress,
  }: Omit<Upload<JsonRoute>, 'route'>,
  key: string,
): Promise<SiteResponse> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    const fail = (error: Error) => {
      const lost = `${url.origin}: ${error.message}`;
      const unreachable = `${url.origin} can't be reached: ${error.message}`;
      reject(sent > 0 ? new ConnectionLost(lost) : new CommandError(unreachable));
    };
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        headers: {
          ...headers,
          [IDEMPOTENCY_KEY_HEADER]: `"${key}"`,
          authorization: `Bearer ${token}`,
          'content-type': 'application/octet-stream',
          'content-length': size,
        },
        timeout: IDLE_LIMIT_MS,
      },
      (response) => readResponse(response).then(resolve, fail),
    );
    const body = open();
    let answered = false;
    request.on('response', () => {
      answered = true;
    });
    // A site that refuses early closes the connection during the upload: its response counts, not the reset.
    request.on('error', (error) => {
      if (!answered) fail(error);
    });
    request.on('timeout', () => request.destroy(new Error(`no response for ${IDLE_LIMIT_MS / 1000} s`)));
    body.on('data', (chunk) => {
      sent += chunk.length;
      onProgress?.(sent, size);
    });
    body.on('error', (error) => {
      reject(new CommandError(`${name} can't be read: ${error.message}`));
      request.destroy();
    });
    request.on('close', () => body.destroy());
    body.pipe(request);
  });
}

async function readResponse(response: http.IncomingMessage): Promise<SiteResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const status = response.statusCode ?? 0;
  if (isLostBehindProxy(status)) throw new Error(`a proxy answered with status ${status}`);
  return { status, text: Buffer.concat(chunks).toString('utf8') };
}
