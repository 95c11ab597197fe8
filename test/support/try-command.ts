import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

export type StartedTry = ReturnType<typeof startTry>;

/** Starts `heldout try`, whose folders are in the environment's TMPDIR. */
export function startTry(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN, 'try', ...args], {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'test', ...compileCache(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a shell gives it: Ctrl-C reaches all of it.
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  return { child, output, ended: once(child, 'close').then(() => ({ ...output, status: child.exitCode })) };
}
