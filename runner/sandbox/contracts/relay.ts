import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';

/**
 * Connects the runner to the server in a container without a network, through a small process that enters the
 * container's network namespace, which contains only `lo`, and that communicates with the runner over stdin
 * and stdout. The container gets no interface, no address of the host and no way out. The runner opens no
 * socket to it and reads none of its bytes, only the status that relay-process.ts extracts.
 */
export interface Relay {
  /** Sends one request at a time. Throws PlatformError if the process is gone. */
  ask(question: RelayQuestion): Promise<RelayAnswer>;
  /** Resolves when the process is gone; a pending request is answered with `closed`. */
  close(): Promise<void>;
}

export interface RelayQuestion {
  method: 'GET' | 'POST';
  path: '/health' | '/invoke';
  /** At most 2³¹ − 1. */
  timeoutMs: number;
}

const answerSchema = z.union([
  z.strictObject({ status: z.int().min(100).max(999) }),
  /** `closed`: refused, or ended without a status line; `silent`: no status line in time. */
  z.strictObject({ failure: z.enum(['closed', 'silent', 'malformed']) }),
]);
export type RelayAnswer = z.infer<typeof answerSchema>;

const PROCESS = fileURLToPath(new URL('./relay-process.ts', import.meta.url));
// SIGUSR1 would open Node's debugger on the container's own loopback.
const NODE_FLAGS = ['--disable-sigusr1', '--max-old-space-size=64', '--no-warnings'];

/**
 * Starts a relay in the network namespace of the container `id`, whose first process is `pid`. Throws
 * PlatformError.
 */
export async function openRelay({ id, pid }: { id: string; pid: number }): Promise<Relay> {
  await using network = await openNetwork(id, pid);
  const child = spawn('nsenter', ['--net=/proc/self/fd/3', '--', process.execPath, ...NODE_FLAGS, PROCESS], {
    stdio: ['pipe', 'pipe', 'pipe', network.fd],
    env: {} as NodeJS.ProcessEnv,
    cwd: '/',
  });
  return relayOver(child);
}

/**
 * Opens the namespace as a file. The cgroup is checked after the file is opened: the process ID belonged to
 * the container before, and if it still does, no other process can have had it in between.
 */
async function openNetwork(id: string, pid: number): Promise<FileHandle> {
  const network = await open(`/proc/${pid}/ns/net`).catch(() => null);
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  if (network && groups.includes(id)) return network;
  await network?.close();
  throw new PlatformError(
    'INTERNAL',
    'The runner does not see the container’s processes, so it can’t reach a server in it. A runner in a container needs the host’s process namespace (--pid=host).',
  );
}

function relayOver(child: ChildProcess): Relay {
  const waiting: PromiseWithResolvers<RelayAnswer>[] = [];
  let stderr = '';
  let isClosed = false;
  const gone = once(child, 'close');
  gone.catch(() => undefined);
  const fail = (reason: string) => {
    const failure = new PlatformError('INTERNAL', `The container’s network can’t be entered: ${reason}`);
    for (const { resolve, reject } of waiting.splice(0)) {
      if (isClosed) resolve({ failure: 'closed' });
      else reject(failure);
    }
  };
  child.on('error', (error) => fail(error.message));
  child.on('close', () => fail(stderr.trim() || 'the relay process has ended.'));
  child.stdin?.on('error', () => undefined);
  child.stderr?.on('data', (chunk: Buffer) => {
    if (stderr.length < 1000) stderr += chunk.toString('latin1').slice(0, 1000);
  });
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    waiting.shift()?.resolve(answerSchema.parse(JSON.parse(line)));
  });
  return {
    ask(question) {
      const answer = Promise.withResolvers<RelayAnswer>();
      // A caller that has stopped waiting does not need to know that the process is gone.
      answer.promise.catch(() => undefined);
      waiting.push(answer);
      if (child.exitCode !== null || child.signalCode !== null)
        fail(stderr.trim() || 'the relay process has ended.');
      else child.stdin?.write(`${JSON.stringify(question)}\n`);
      return answer.promise;
    },
    async close() {
      isClosed = true;
      child.kill('SIGKILL');
      await gone.catch(() => undefined);
    },
  };
}

/** Checks by trial whether this process may enter a network namespace. */
export async function canEnterNetworks(): Promise<boolean> {
  try {
    await promisify(execFile)('nsenter', ['--net=/proc/self/ns/net', '--', 'true']);
    return true;
  } catch {
    return false;
  }
}
