import { spawn } from 'node:child_process';
import { ROOT } from '#scripts/root.ts';

export interface CommandOptions {
  environment?: Record<string, string>;
  /** Sent to its standard input. */
  input?: string;
  /** Each line (or redrawn line) that it prints while it works. */
  onLine?: (line: string) => void;
}

/** Runs a script of this repository as its users do. If it fails, rejects with its output. */
export function runScript(args: readonly string[], options: CommandOptions = {}): Promise<void> {
  const { environment = {}, input = '', onLine = () => undefined } = options;
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: 'pipe',
  });
  let output = '';
  const read = (chunk: Buffer) => {
    const text = chunk.toString();
    output += text;
    for (const line of text.split(/[\r\n]+/)) if (line.trim() !== '') onLine(line.trim());
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`\`node ${args.join(' ')}\` exited with code ${code}:\n${output.trimEnd()}`));
    });
  });
}

/** `heldout …` */
export function runHeldout(args: readonly string[], options?: CommandOptions): Promise<void> {
  return runScript(['cli/main.ts', ...args], options);
}
