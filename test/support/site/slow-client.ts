import { request as open } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface SlowUpload {
  url: URL;
  body: Uint8Array;
  headers?: Record<string, string>;
  /** The body is sent in this many parts, with this pause after each. */
  parts: number;
  pauseMs: number;
  /** After this many parts, nothing more is sent. */
  stopsAfter?: number;
}

export interface SlowAnswer {
  status: number;
  text: string;
  /** From the first byte of the request to the end of the response. */
  tookMs: number;
}

/** Uploads a body slowly and waits for the response, which may arrive before the end of the body. */
export async function uploadSlowly(upload: SlowUpload): Promise<SlowAnswer> {
  const { url, body, headers = {}, parts, pauseMs, stopsAfter = parts } = upload;
  const startedAt = performance.now();
  const outgoing = open(url, { method: 'POST', headers: { ...headers, 'content-length': body.length } });
  const answer = new Promise<SlowAnswer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      text(response).then((received) => {
        resolve({ status: response.statusCode ?? 0, text: received, tookMs: performance.now() - startedAt });
      }, reject);
    });
  });
  let answered = false;
  const settled = answer.then(
    () => (answered = true),
    () => (answered = true),
  );
  const partBytes = Math.ceil(body.length / parts);
  for (let part = 0; part < stopsAfter && !answered; part++) {
    outgoing.write(body.subarray(part * partBytes, (part + 1) * partBytes));
    await Promise.race([delay(pauseMs), settled]);
  }
  if (stopsAfter === parts) outgoing.end();
  try {
    return await answer;
  } finally {
    outgoing.destroy();
  }
}

export interface OpenConnection {
  socket: Socket;
  /** Everything that was received, when the connection has been closed. */
  received: Promise<string>;
}

/** Opens a connection and sends `head`, which may be nothing or an incomplete request. */
export function openConnection(url: URL, head = ''): OpenConnection {
  const socket = connect(Number(url.port), url.hostname);
  let all = '';
  const received = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      all += chunk.toString();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(all));
  });
  if (head !== '') socket.write(head);
  return { socket, received };
}
