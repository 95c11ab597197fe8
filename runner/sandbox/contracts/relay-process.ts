import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { RelayAnswer, RelayQuestion } from './relay.ts';
import { readStatus } from './status-line.ts';

/**
 * A separate process inside a container's network namespace (relay.ts explains why). It reads one request per
 * line, sends it to the server on port 4743 and writes the status of the answer, one line each. It reads
 * nothing of the server's answer except the status line. It has no environment, no open files and no rights
 * beyond those of `nobody`.
 */
const PORT = 4743;
const NOBODY = 65_534;
/** After the status line, at most this much of the answer is read before the connection is closed. */
const DRAIN_BYTES = 64 * 1024;
const DRAIN_MS = 10_000;

// Ctrl-C in a terminal reaches every process there. The relay ignores it and ends with its stdin, when the
// runner no longer needs it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await ask(JSON.parse(line) as RelayQuestion);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);

function ask({ method, path, timeoutMs }: RelayQuestion): Promise<RelayAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: PORT });
    let start: Buffer = Buffer.alloc(0);
    let isSettled = false;
    const settle = (answer: RelayAnswer) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      if ('status' in answer) drain(socket);
      else socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle({ failure: 'silent' }), timeoutMs);
    socket.on('connect', () => socket.write(requestText(method, path)));
    socket.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      start = Buffer.concat([start, chunk]);
      const status = readStatus(start);
      if (status === 'malformed') settle({ failure: 'malformed' });
      else if (status !== 'incomplete') settle({ status });
    });
    socket.on('error', () => settle({ failure: 'closed' }));
    socket.on('close', () => settle({ failure: 'closed' }));
  });
}

/** Lets an honest server finish its answer, and closes the connection to one that never does. */
function drain(socket: Socket): void {
  let left = DRAIN_BYTES;
  const timer = setTimeout(() => socket.destroy(), DRAIN_MS);
  socket.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
  socket.on('close', () => clearTimeout(timer));
}

function requestText(method: string, path: string): string {
  const headers = [
    'Host: localhost:4743',
    'User-Agent: heldout',
    'Accept: */*',
    ...(method === 'POST' ? ['Content-Length: 0'] : []),
    'Connection: close',
  ];
  return `${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
}
