/**
 * The smallest root file system that runs a Node script, copied from this machine: the `node` binary, the
 * shared libraries that it needs and their loader. There is no base image, so no registry is needed.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LayerEntry } from './image-archive.ts';

/** The image's user is given by name, to be resolved in /etc/passwd, as in most teams' images. */
export const ALGORITHM_USER = 'algorithm';
export const NODE_PATH = '/usr/bin/node';

const PASSWD = [
  'root:x:0:0:root:/root:/sbin/nologin',
  `${ALGORITHM_USER}:x:10001:10001::/tmp:/sbin/nologin`,
  '',
].join('\n');
const GROUP = ['root:x:0:', `${ALGORITHM_USER}:x:10001:`, ''].join('\n');

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The architecture of the running `node`, with its OCI name. */
export function imageArchitecture(): string {
  return ARCHITECTURES[process.arch] ?? process.arch;
}

/**
 * Layer entries with the running `node` at /usr/bin/node.
 *
 * @throws Error if this is not Linux, or if `ldd` can't list the libraries (musl systems have none of the
 * loader's search paths that the binary expects).
 */
export async function nodeRootfs(): Promise<LayerEntry[]> {
  if (process.platform !== 'linux') {
    throw new Error(`Images from the running node can be built on Linux only, not on ${process.platform}`);
  }
  const libraries = await sharedLibraries(process.execPath);
  const files: LayerEntry[] = [
    { path: NODE_PATH, mode: 0o755, content: { file: process.execPath } },
    ...libraries.map((file) => ({ path: file, mode: 0o755, content: { file } })),
    { path: '/etc/passwd', mode: 0o644, content: Buffer.from(PASSWD) },
    { path: '/etc/group', mode: 0o644, content: Buffer.from(GROUP) },
  ];
  const folders = new Set(files.flatMap((file) => parentFolders(file.path)));
  return [
    ...[...folders].sort().map((folder) => ({ path: `${folder}/`, mode: 0o755, type: 'directory' as const })),
    { path: '/tmp/', mode: 0o1777, type: 'directory' },
    { path: '/input/', mode: 0o755, type: 'directory' },
    { path: '/output/', mode: 0o755, type: 'directory' },
    ...files,
  ];
}

/**
 * Absolute paths of a program's libraries, including its loader, from the output of `ldd`: `libm.so.6 =>
 * /lib/x86_64-linux-gnu/libm.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`. They keep their paths,
 * because the loader looks for them there.
 */
async function sharedLibraries(program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  const missing = /^\s*(\S+) => not found$/m.exec(stdout);
  if (missing) throw new Error(`${program} needs ${missing[1]}, which ldd does not find`);
  const libraries = [...stdout.matchAll(/(?:^\s*|=> )(\/\S+) \(0x[0-9a-f]+\)$/gm)].map((line) => line[1]!);
  if (!libraries.some((file) => path.basename(file).startsWith('ld-linux'))) {
    throw new Error(`ldd names no glibc loader for ${program}:\n${stdout}`);
  }
  return libraries;
}

/** /a/b/c → /a, /a/b */
function parentFolders(file: string): string[] {
  const folder = path.posix.dirname(file);
  return folder === '/' ? [] : [...parentFolders(folder), folder];
}
