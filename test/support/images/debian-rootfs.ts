import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { LayerFile } from '#examples/images/image-archive.ts';
import { withLock } from '#scripts/setup/lock.mjs';
import { findMirror } from './apt-sources.ts';

const run = promisify(execFile);
const APT = '/etc/apt';
/** Kept between test runs, because building it takes two minutes. */
const CACHE = path.join(import.meta.dirname, '../../../.heldout/test');

/** Debian 13: the FastAPI of Debian 12 ignores `lifespan=`, which public servers load their model in. */
const SUITE = 'trixie';
/** What containers of this field are built on. One root file system serves all tests. */
const PACKAGES = [
  'python-is-python3',
  'python3-pip',
  'python3-numpy',
  'python3-scipy',
  'python3-nibabel',
  'python3-pil',
  'python3-fastapi',
  'python3-uvicorn',
];

/**
 * Left out of the container: devices (which images must not contain), caches, documentation, SciPy’s tests. NumPy
 * imports some of its own.
 */
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
  'usr/lib/*/gconv/*',
  'usr/lib/python3/dist-packages/scipy/*/tests/*',
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
 * A layer with Debian 13, Python and the packages above, built once by debootstrap from the mirror in the host's
 * apt configuration, and kept below `.heldout`: 290 MB.
 */
export async function debianPythonLayer(): Promise<LayerFile> {
  const key = createHash('sha256').update(JSON.stringify([SUITE, PACKAGES, LEFT_OUT]));
  const file = path.join(CACHE, `rootfs-${key.digest('hex').slice(0, 12)}.tar`);
  await withLock(`${file}.lock`, async () => {
    if (!existsSync(file)) await makeRootfs(file);
  });
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { file, diffId: `sha256:${hash.digest('hex')}` };
}

async function makeRootfs(file: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${file}-`);
  const root = path.join(folder, 'root');
  const part = path.join(folder, 'layer.tar');
  try {
    await debootstrap(root);
    const excluded = LEFT_OUT.map((pattern) => `--exclude=./${pattern}`);
    // Times are kept, because Python recompiles a module that is not as old as its compiled form says.
    const plain = ['--numeric-owner', '--sort=name', '--one-file-system', '--anchored'];
    await run('tar', ['--create', ...plain, ...excluded, `--file=${part}`, `--directory=${root}`, '.']);
    await rename(part, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function debootstrap(root: string): Promise<void> {
  const options = ['--variant=minbase', `--include=${PACKAGES.join(',')}`];
  const mirror = await hostMirror();
  if (mirror) options.push(`--components=${mirror.components.join(',')}`);
  if (mirror?.keyring) options.push(`--keyring=${mirror.keyring}`);
  if (mirror?.isTrusted) options.push('--no-check-gpg');
  // In a separate mount namespace, so that debootstrap's mounts below the folder disappear when it ends,
  // however it ends.
  const command = ['--mount', '--kill-child', 'debootstrap', ...options, SUITE, root];
  await run('unshare', [...command, ...(mirror ? [mirror.url] : [])], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
    maxBuffer: 2 ** 26,
  });
}

/** A mirror of Debian provides all its releases. Other systems' mirrors don't: there, debootstrap's default is used. */
async function hostMirror() {
  const sources = await hostSources();
  const system = await readFile('/etc/os-release', 'utf8');
  const [id, suite] = ['ID', 'VERSION_CODENAME'].map(
    (name) => new RegExp(`^${name}=["']?([\\w.-]+)`, 'm').exec(system)?.[1],
  );
  const own = findMirror(sources, SUITE);
  return own ?? (id === 'debian' && suite !== undefined ? findMirror(sources, suite) : null);
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
