import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process of ours: the site or a runner. */
export interface Child {
  name: string;
  pid: number;
  /** Whether it has ended. */
  hasEnded: () => boolean;
  /** Resolves with the exit code (a signal's death is 1) when it ends. */
  ended: Promise<number>;
  /** Passes a signal on. */
  signal: (name: NodeJS.Signals) => void;
  /** SIGTERM, and SIGKILL when that is not obeyed in time. */
  stop: () => Promise<void>;
}

export interface ChildOptions {
  name: string;
  /** Arguments of this Node. */
  args: string[];
  environment: NodeJS.ProcessEnv;
  /** Where its output is appended; left out: our own output. */
  logFile?: string;
  stopLimitMs?: number;
}

/**
 * Starts a process in a group of its own, so that Ctrl+C reaches us alone and the children end in order,
 * before their database does.
 */
export function startChild({ name, args, environment, logFile, stopLimitMs = 30_000 }: ChildOptions): Child {
  const output = logFile === undefined ? 'inherit' : openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, args, {
    env: environment,
    stdio: ['ignore', output, output],
    detached: true,
  });
  if (typeof output === 'number') closeSync(output);
  const ended = new Promise<number>((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1));
    child.on('error', () => resolve(1));
  });
  return {
    name,
    pid: child.pid ?? -1,
    hasEnded: () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null,
    ended,
    signal: (signal) => signalGroup(child, signal),
    stop: async () => {
      signalGroup(child, 'SIGTERM');
      const timer = new AbortController();
      const late = delay(stopLimitMs, 'late', { signal: timer.signal }).catch(() => 'aborted');
      if ((await Promise.race([ended, late])) === 'late') signalGroup(child, 'SIGKILL');
      timer.abort();
      await ended;
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  // SIGTERM to the process itself, which knows how to end its own; SIGKILL to all that it started.
  process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
}

/** Waits until a site answers GET /healthz with 200; rejects when it ends before that, or after `limitMs`. */
export async function waitForSite(url: string, site: Child, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!site.hasEnded()) {
    const answer = await fetch(new URL('/healthz', url)).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`${url}/healthz didn’t return 200 within ${limitMs / 1000} s`);
    await delay(100);
  }
  throw new Error(`The ${site.name} exited before it responded.`);
}
