import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_STATUS, PROBLEM_TYPE, type ProblemCode, problemBody } from '#lib/api/problem.ts';

const RETRY_AFTER_SECONDS = 60;

/**
 * Answers a connection with a problem and closes it. For connections without a request, or with one that doesn’t
 * arrive, to which no handler can respond.
 */
export function refuseRaw(socket: Socket, code: ProblemCode, detail: string): void {
  const status = PROBLEM_STATUS[code];
  const title = STATUS_CODES[status] ?? code;
  const body = JSON.stringify(problemBody(code, title, detail));
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    ...(status === 429 ? [`Retry-After: ${RETRY_AFTER_SECONDS}`] : []),
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
