import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { LayerFile } from '#examples/images/image-archive.ts';
import { findMirror } from './apt-sources.ts';

const run = promisify(execFile);
const APT = '/etc/apt';
/** Kept between test runs, because building it takes a minute. */
const CACHE = path.join(import.meta.dirname, '../../../.heldout/test');

/** Left out of the container: devices (which images must not contain), caches, documentation, a compiler. */
const LEFT_OUT = [
  'dev/*',
  'proc/*',
  'sys/*',
  'run/*',
  'var/cache/*',
  'var/lib/apt/lists/*',
  'usr/share/doc/*',
  'usr/share/man/*',
  'usr/share/locale/*',
  'usr/include/*',
  'usr/lib/gcc/*',
];

/** null if a root file system can be built here, otherwise the reason why not. */
export function whyNoDebianRootfs(): string | null {
  const folders = ['/usr/sbin', '/usr/local/sbin', ...(process.env['PATH'] ?? '').split(':')];
  if (!folders.some((folder) => existsSync(path.join(folder, 'debootstrap')))) {
    return 'debootstrap is missing (Debian, Ubuntu: apt-get install debootstrap)';
  }
  return process.getuid?.() === 0 ? null : 'debootstrap needs root';
}

/**
 * A layer with the host's own release of Debian or Ubuntu and some packages, built once by debootstrap from
 * the mirror in the host's apt configuration, and kept below `.heldout`.
 */
export async function debianRootfsLayer(packages: readonly string[]): Promise<LayerFile> {
  const suite = await hostSuite();
  const key = createHash('sha256').update(JSON.stringify([suite, packages, LEFT_OUT]));
  const file = path.join(CACHE, `rootfs-${key.digest('hex').slice(0, 12)}.tar`);
  if (!existsSync(file)) await makeRootfs(file, packages, suite);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, diffId: `sha256:${hash.digest('hex')}` };
}

async function makeRootfs(file: string, packages: readonly string[], suite: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${file}-`);
  const root = path.join(folder, 'root');
  const part = path.join(folder, 'layer.tar');
  try {
    await debootstrap(root, packages, suite);
    const excluded = LEFT_OUT.map((pattern) => `--exclude=./${pattern}`);
    const plain = ['--numeric-owner', '--sort=name', '--mtime=@0', '--one-file-system', '--anchored'];
    await run('tar', ['--create', ...plain, ...excluded, `--file=${part}`, `--directory=${root}`, '.']);
    await rename(part, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function debootstrap(root: string, packages: readonly string[], suite: string): Promise<void> {
  const options = ['--variant=minbase', `--include=${packages.join(',')}`];
  const mirror = findMirror(await hostSources(), suite);
  if (mirror) options.push(`--components=${mirror.components.join(',')}`);
  if (mirror?.keyring) options.push(`--keyring=${mirror.keyring}`);
  if (mirror?.isTrusted) options.push('--no-check-gpg');
  // In a separate mount namespace, so that debootstrap's mounts below the folder disappear when it ends,
  // however it ends.
  const command = ['--mount', '--kill-child', 'debootstrap', ...options, suite, root];
  await run('unshare', [...command, ...(mirror ? [mirror.url] : [])], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    maxBuffer: 2 ** 26,
  });
}

async function hostSuite(): Promise<string> {
  const suite = /^VERSION_CODENAME=["']?([\w.-]+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  if (suite === undefined) throw new Error('/etc/os-release does not name the release.');
  return suite;
}

async function hostSources(): Promise<{ name: string; text: string }[]> {
  const folder = path.join(APT, 'sources.list.d');
  const inFolder = existsSync(folder) ? (await readdir(folder)).sort() : [];
  const files = ['sources.list', ...inFolder.map((name) => `sources.list.d/${name}`)]
    .filter((name) => /\.(list|sources)$/.test(name))
    .map((name) => path.join(APT, name))
    .filter((file) => existsSync(file));
  return Promise.all(files.map(async (name) => ({ name, text: await readFile(name, 'utf8') })));
}
