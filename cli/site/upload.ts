import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { CommandError } from '#cli/command.ts';
import type { JsonRoute, ResponseBody } from '#lib/api/routes.ts';
import { siteAnswer } from './site-answer.ts';

const IDLE_LIMIT_MS = 120_000;

/**
 * Streams a file as the body of a POST and returns the parsed JSON response. Uses node:http, because fetch neither
 * reports upload progress nor sends Content-Length with a stream. Also reads a refusal that arrives before the whole
 * body is sent. Throws CommandError with the site’s message.
 */
export async function uploadFile<Route extends JsonRoute>({
  route,
  url,
  token,
  file,
  headers = {},
  onProgress,
}: {
  route: Route;
  url: URL;
  token: string;
  file: string;
  headers?: Record<string, string>;
  onProgress?: (sentBytes: number, totalBytes: number) => void;
}): Promise<ResponseBody<Route>> {
  const { size } = await stat(file).catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}`);
  });
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          'content-type': 'application/octet-stream',
          'content-length': size,
        },
        timeout: IDLE_LIMIT_MS,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    const body = createReadStream(file, { highWaterMark: 1 << 20 });
    let answered = false;
    request.on('response', () => {
      answered = true;
    });
    // A site that refuses early closes the connection during the upload: its response counts, not the reset.
    request.on('error', (error) => {
      if (!answered) reject(new CommandError(`${url.origin} can't be reached: ${error.message}`));
    });
    request.on('timeout', () => request.destroy(new Error(`no response for ${IDLE_LIMIT_MS / 1000} s`)));
    let sent = 0;
    body.on('data', (chunk) => {
      sent += chunk.length;
      onProgress?.(sent, size);
    });
    body.on('error', (error) => request.destroy(error));
    request.on('close', () => body.destroy());
    body.pipe(request);
  });
  return siteAnswer(url, route, status, text);
}
