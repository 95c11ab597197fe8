import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

/** What was rendered for one request, so that others can get it too. */
export interface Answer {
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

export type Render = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Headers of the connection, which differ from one to the next. */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'content-length'];

/** Sends an answer, or its body alone if the headers have been written. */
export function sendAnswer(response: ServerResponse, { headers, body }: Answer): void {
  if (response.headersSent) return void response.end(body);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !OF_CONNECTION.includes(name)) response.setHeader(name, value);
  }
  response.setHeader('content-length', body.byteLength);
  response.end(body);
}

/** The bytes that `write` or `end` of a response was called with; null if there are none. */
export function writtenBytes(chunk: unknown, encoding: unknown): Buffer | null {
  if (typeof chunk === 'string')
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : null;
}

const compress = promisify(gzip);

/** The answer compressed for one reader, where speed counts. */
export async function compressAnswer({ headers, body }: Answer): Promise<Answer> {
  return {
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: await compress(body, { level: constants.Z_BEST_SPEED }),
  };
}
