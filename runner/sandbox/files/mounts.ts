import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';

/**
 * Mounts and unmounts through a long-running shell. Mounting requires another program, and starting one from
 * a process as large as ours blocks everything else in it for ten milliseconds; the shell starts its children
 * in a tenth of that. It runs commands one after the other and ends with its stdin. It ignores Ctrl-C, which
 * reaches every process in a terminal, because that is when there is something to unmount.
 */
export interface Mounter {
  /** Throws PlatformError if mounting is not permitted. */
  mountTmpfs(folder: string, options: string): Promise<void>;
  /** Has no effect if nothing is mounted. */
  unmount(folder: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * A command is three lines: operation, options, folder. An answer is one line: the exit code and the output.
 */
const SCRIPT = `set -f
trap '' INT TERM HUP
while IFS= read -r operation && IFS= read -r options && IFS= read -r folder; do
  case $operation in
    mount) output=$(mount -t tmpfs -o "$options" heldout "$folder" 2>&1) ;;
    umount) output=$(umount $options "$folder" 2>&1) ;;
  esac
  code=$?
  set -- $output
  echo "$code $*"
done`;

type Answer = { code: number; output: string };
type Command = ['mount', options: string, folder: string] | ['umount', options: '' | '-l', folder: string];

export function openMounter(): Mounter {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
  const run = openCommandQueue(shell);
  return {
    async mountTmpfs(folder, options) {
      const { code, output } = await run(['mount', options, folder]);
      if (code === 0) return;
      throw new PlatformError(
        'INTERNAL',
        `A tmpfs can’t be mounted at ${folder}. The runner needs root, or CAP_SYS_ADMIN in its container: ${output}`,
      );
    },
    async unmount(folder) {
      if ((await run(['umount', '', folder])).code === 0) return;
      if (!(await mountsBelow(folder)).includes(folder)) return;
      // It is busy: a lazy unmount hides it immediately and frees its memory with its last user.
      const { code, output } = await run(['umount', '-l', folder]);
      if (code !== 0) throw new PlatformError('INTERNAL', `${folder} can’t be unmounted: ${output}`);
    },
    async close() {
      shell.stdin?.end();
      if (shell.exitCode === null && shell.signalCode === null) await once(shell, 'close');
    },
  };
}

function openCommandQueue(shell: ChildProcess): (command: Command) => Promise<Answer> {
  const waiting: PromiseWithResolvers<Answer>[] = [];
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    for (const { reject } of waiting.splice(0)) reject(shellEnded());
  };
  shell.on('error', end);
  shell.on('close', end);
  shell.stdin?.on('error', () => undefined);
  createInterface({ input: shell.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const [code = '', ...output] = line.split(' ');
    waiting.shift()?.resolve({ code: Number(code), output: output.join(' ') });
  });
  return (command) => {
    if (hasEnded) return Promise.reject(shellEnded());
    if (command.some((word) => word.includes('\n')))
      throw new Error('The folder’s name contains a line feed.');
    const answer = Promise.withResolvers<Answer>();
    waiting.push(answer);
    shell.stdin?.write(`${command.join('\n')}\n`);
    return answer.promise;
  };
}

function shellEnded(): PlatformError {
  return new PlatformError('INTERNAL', 'The shell that mounts folders has ended.');
}

/** Checks by trial on an empty folder whether this process may mount. */
export async function canMountTmpfs(folder: string): Promise<boolean> {
  const mounter = openMounter();
  try {
    await mounter.mountTmpfs(folder, 'size=64k');
    await mounter.unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    await mounter.close();
  }
}

/** Mount points at or below a folder, outermost first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  return (await allMounts()).filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** Every mount point of the host that is visible to this process, outermost first. */
export async function allMounts(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trimEnd().split('\n');
  return lines.map((line) => unescapePath(line.split(' ')[4] ?? ''));
}

/** mountinfo encodes spaces and backslashes in octal. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
