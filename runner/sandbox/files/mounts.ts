import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';

/**
 * Mounts and unmounts by a shell that stays. There is no other way to mount from here than another program, and
 * to start one from a process of our size stops everything else in it for ten milliseconds; the shell's own
 * children cost a tenth of that. It does what it is told in turn, and ends with its stdin: not by Ctrl-C in a
 * terminal, which reaches all processes there and is just when there is something to unmount.
 */
export interface Mounter {
  /** Throws PlatformError where mounting is not permitted. */
  mountTmpfs(folder: string, options: string): Promise<void>;
  /** Does nothing where nothing is mounted. */
  unmount(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** A command is three lines: what, its options, the folder. An answer is one: the exit code and what was said. */
const SCRIPT = `set -f
trap '' INT TERM HUP
while IFS= read -r what && IFS= read -r options && IFS= read -r folder; do
  case $what in
    mount) said=$(mount -t tmpfs -o "$options" heldout "$folder" 2>&1) ;;
    umount) said=$(umount $options "$folder" 2>&1) ;;
  esac
  code=$?
  set -- $said
  echo "$code $*"
done`;

type Answer = { code: number; said: string };
type Command = ['mount', options: string, folder: string] | ['umount', options: '' | '-l', folder: string];

export function openMounter(): Mounter {
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
  const order = orders(shell);
  return {
    async mountTmpfs(folder, options) {
      const { code, said } = await order(['mount', options, folder]);
      if (code === 0) return;
      throw new PlatformError(
        'INTERNAL',
        `A tmpfs can't be mounted at ${folder}. The runner needs root, or CAP_SYS_ADMIN in its container: ${said}`,
      );
    },
    async unmount(folder) {
      if ((await order(['umount', '', folder])).code === 0) return;
      if (!(await mountsBelow(folder)).includes(folder)) return;
      // Busy: lazily it is gone from sight at once, and from memory with its last user.
      const { code, said } = await order(['umount', '-l', folder]);
      if (code !== 0) throw new PlatformError('INTERNAL', `${folder} can't be unmounted: ${said}`);
    },
    async close() {
      shell.stdin?.end();
      if (shell.exitCode === null && shell.signalCode === null) await once(shell, 'close');
    },
  };
}

function orders(shell: ChildProcess): (command: Command) => Promise<Answer> {
  const waiting: PromiseWithResolvers<Answer>[] = [];
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    for (const { reject } of waiting.splice(0)) reject(ended());
  };
  shell.on('error', end);
  shell.on('close', end);
  shell.stdin?.on('error', () => undefined);
  createInterface({ input: shell.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const [code = '', ...said] = line.split(' ');
    waiting.shift()?.resolve({ code: Number(code), said: said.join(' ') });
  });
  return (command) => {
    if (hasEnded) return Promise.reject(ended());
    if (command.some((word) => word.includes('\n'))) throw new Error('A folder has a line feed in its name.');
    const answer = Promise.withResolvers<Answer>();
    waiting.push(answer);
    shell.stdin?.write(`${command.join('\n')}\n`);
    return answer.promise;
  };
}

function ended(): PlatformError {
  return new PlatformError('INTERNAL', 'The shell that mounts folders has ended.');
}

/** Whether this process may mount, tried on an empty folder. */
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

/** Every mount point of the host that this process sees, outermost first. */
export async function allMounts(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trimEnd().split('\n');
  return lines.map((line) => unescapePath(line.split(' ')[4] ?? ''));
}

/** mountinfo writes spaces and backslashes in octal. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
