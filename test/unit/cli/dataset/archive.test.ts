import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withSource } from '#cli/dataset/archive/source.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { datasetCommand } from '#cli/dataset/dataset-command.ts';
import { plainCase, writeFiles } from '#test/support/datasets/write-dataset.ts';

const KEY = 'a key from INDI, with spaces';
let work: string;
let temporary: string;
beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'heldout-archives-'));
  temporary = path.join(work, 'tmp');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(work, { recursive: true });
});

const place = (name: string) => path.join(work, name);

/** A tar.gz of a data set, made by tar. */
async function archive(): Promise<string> {
  await writeFiles(place('ATLAS_2'), {
    ...plainCase('atlas-2', 'r001s001', 1),
    ...plainCase('atlas-2', 'r001s002', 2),
  });
  execFileSync('tar', ['czf', place('set.tar.gz'), '-C', work, 'ATLAS_2']);
  return place('set.tar.gz');
}

/** As INDI encrypts: openssl says that this key derivation is old. */
async function encrypted(options: string[] = ['-a']): Promise<string> {
  const file = place('ATLAS_R2.0_encrypted.tar.gz');
  const args = [
    'aes-256-cbc',
    '-md',
    'sha256',
    '-e',
    ...options,
    '-k',
    KEY,
    '-in',
    await archive(),
    '-out',
    file,
  ];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return file;
}

async function keyFile(key = KEY): Promise<string> {
  await writeFile(place('key'), `${key}\n`);
  return place('key');
}

const silent = { update: () => undefined, done: () => undefined };
const read = (
  source: string,
  { key, signal = new AbortController().signal }: { key?: string; signal?: AbortSignal } = {},
  use: (root: string) => Promise<unknown> = async (root) =>
    (await readDataset(root)).cases.map(({ name }) => name),
) => withSource(source, { keyFile: key, progress: silent, signal }, use);

const NAMES = ['sub-r001s001_ses-1', 'sub-r001s002_ses-1'];
const expectNothingLeft = async () => expect(await readdir(temporary)).toEqual([]);

describe('an archive that openssl encrypted', () => {
  it.each([
    ['with Base64', ['-a']],
    ['with Base64 on one line', ['-a', '-A']],
    ['binary', []],
  ])('%s is read with its key, and nothing is left', async (_, options) => {
    expect(await read(await encrypted(options), { key: await keyFile() })).toEqual(NAMES);
    await expectNothingLeft();
  });

  it('takes the key from HELDOUT_ARCHIVE_KEY', async () => {
    vi.stubEnv('HELDOUT_ARCHIVE_KEY', KEY);
    expect(await read(await encrypted())).toEqual(NAMES);
  });

  it('asks for --key-file where there is no terminal, and has no option for the key itself', async () => {
    const file = await encrypted();
    await expect(read(file)).rejects.toThrow(/is encrypted\. Pass its key with --key-file FILE/);
    await expect(datasetCommand.run(['check', file, '--key', KEY])).rejects.toThrow(/Unknown option '--key'/);
    await expect(read(file, { key: place('none') })).rejects.toThrow(/key file can't be read/);
    await expect(read(file, { key: await keyFile('') })).rejects.toThrow(/key of .* is empty/);
    await expectNothingLeft();
  });

  it('with a wrong key says so, and nothing is left', async () => {
    const file = await encrypted();
    for (let attempt = 0; attempt < 20; attempt++) {
      await expect(read(file, { key: await keyFile(`wrong ${attempt}`) })).rejects.toThrow(
        /key is wrong|damaged/,
      );
    }
    await expectNothingLeft();
  });

  it('that is truncated or isn’t Base64 says so, and nothing is left', async () => {
    const file = await encrypted();
    await truncate(file, 3000);
    await expect(read(file, { key: await keyFile() })).rejects.toThrow(/truncated or damaged/);
    await writeFile(file, (await readFile(file, 'latin1')).replace(/.$/, '?'));
    await expect(read(file, { key: await keyFile() })).rejects.toThrow(/truncated or damaged/);
    await expectNothingLeft();
  });
});

describe('an archive', () => {
  it('that isn’t encrypted needs no key; the folder is there for its owner alone, while it is used', async () => {
    const modes = await read(await archive(), {}, async (root) => {
      expect((await readDataset(root)).layout).toBe('atlas-2');
      return execFileSync('stat', ['-c', '%a', root], { encoding: 'utf8' }).trim();
    });
    expect(modes).toBe('700');
    await expectNothingLeft();
  });

  it('is removed when reading it fails', async () => {
    const run = read(await archive(), {}, async () => {
      throw new Error('later');
    });
    await expect(run).rejects.toThrow('later');
    await expectNothingLeft();
  });

  it('is removed when it is interrupted', async () => {
    const stop = new AbortController();
    const file = await archive();
    const progress = { update: () => stop.abort(new Error('Interrupted.')), done: () => undefined };
    const run = withSource(file, { keyFile: undefined, progress, signal: stop.signal }, async () => 1);
    await expect(run).rejects.toThrow('Interrupted.');
    await expectNothingLeft();
  });

  const hostile: [string, HeaderArgument, RegExp][] = [
    ['leads out by ..', { name: 'a/../../out.nii' }, /"a\/\.\.\/\.\.\/out\.nii", which leads out/],
    ['is absolute', { name: '/tmp/out.nii' }, /which leads out/],
    [
      'is a symbolic link',
      { name: 'a.nii', type: 'symlink', linkname: '/etc/passwd' },
      /a symlink; only files/,
    ],
    ['is a hard link', { name: 'a.nii', type: 'link', linkname: '/etc/passwd' }, /a link; only files/],
    ['is a device', { name: 'a', type: 'character-device' }, /a character-device; only files/],
    ['has a zero in its name', { name: 'a', pax: { path: 'a\0b' } }, /which leads out/],
  ];
  it.each(hostile)('with an entry that %s is refused, and nothing is left', async (_, header, message) => {
    const file = await tarOf([header]);
    await expect(read(file)).rejects.toThrow(message);
    await expectNothingLeft();
    expect((await readdir(work)).sort()).toEqual(['hostile.tar.gz', 'tmp']);
  });

  it('with one name twice, without files, or that is no archive is refused in words', async () => {
    await expect(read(await tarOf([{ name: 'a.nii' }, { name: 'a.nii' }]))).rejects.toThrow(
      /file twice: a\.nii/,
    );
    await expect(read(await tarOf([]))).rejects.toThrow(/contains no file/);
    await writeFile(place('text.tar.gz'), 'no archive, but text that goes on '.repeat(100));
    await expect(read(place('text.tar.gz'))).rejects.toThrow(/is no tar or tar\.gz, or is truncated/);
    await writeFile(place('cut.tar.gz'), (await readFile(await archive())).subarray(0, 2000));
    await expect(read(place('cut.tar.gz'))).rejects.toThrow(/truncated or damaged/);
    await expectNothingLeft();
  });
});

/** What tar-stream needs of an entry. */
type HeaderArgument = Partial<Header> & Pick<Header, 'name'>;

async function tarOf(headers: readonly HeaderArgument[]): Promise<string> {
  const file = place('hostile.tar.gz');
  const tar = pack();
  const out = tar.pipe(createGzip()).pipe(createWriteStream(file));
  for (const header of headers) {
    if ((header.type ?? 'file') === 'file') tar.entry(header, 'content');
    else tar.entry(header);
  }
  tar.finalize();
  await once(out, 'finish');
  return file;
}
