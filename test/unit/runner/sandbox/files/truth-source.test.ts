import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FolderFile } from '#runner/sandbox/files/scorer-files.ts';
import { truthOfArchive, truthOfFolder } from '#runner/sandbox/files/truth-source.ts';
import { type TarEntry, tarOf } from '#test/support/images/tar.ts';

async function collect(files: AsyncIterable<FolderFile>): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { path, bytes } of files) found[path] = Buffer.from(bytes).toString();
  return found;
}

describe('the truth of a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heldout-truth-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is every file below it, also where a link leads to one, without what systems leave behind', async () => {
    await mkdir(join(folder, 'masks', 'a'), { recursive: true });
    await writeFile(join(folder, 'masks', 'a', 'mask é.png'), 'mask');
    await writeFile(join(folder, 'masks', '._mask.png'), 'resource fork');
    await writeFile(join(folder, '.DS_Store'), 'view');
    await symlink('masks/a/mask é.png', join(folder, 'link.png'));
    await symlink('masks', join(folder, 'linked'));
    expect(await collect(truthOfFolder(folder))).toEqual({
      'link.png': 'mask',
      'masks/a/mask é.png': 'mask',
    });
  });

  test('is an error if there is none, or a link leads nowhere', async () => {
    await expect(collect(truthOfFolder(join(folder, 'missing')))).rejects.toThrow('ENOENT');
    await symlink('nowhere', join(folder, 'link'));
    await expect(collect(truthOfFolder(folder))).rejects.toThrow('ENOENT');
  });
});

describe('the truth of an archive', () => {
  const FILES = [
    { name: './masks/', type: 'directory' as const },
    { name: './masks/a.png', content: 'a' },
    { name: 'masks/._a.png', content: 'resource fork' },
    { name: 'table.csv', content: 'x'.repeat(100_000) },
    { name: 'empty', content: '' },
  ];
  const EXPECTED = { 'masks/a.png': 'a', 'table.csv': 'x'.repeat(100_000), empty: '' };

  const read = async (bytes: Buffer, maxFileBytes = 2 ** 20) =>
    collect(truthOfArchive(Readable.from([bytes.subarray(0, 700), bytes.subarray(700)]), { maxFileBytes }));
  const readEntries = async (entries: TarEntry[], maxFileBytes?: number) =>
    read(await tarOf(entries), maxFileBytes);

  test('is each of its files, plain or compressed', async () => {
    const tar = await tarOf(FILES);
    for (const bytes of [tar, gzipSync(tar), zstdCompressSync(tar)])
      expect(await read(bytes)).toEqual(EXPECTED);
  });

  test('may be compressed by any ratio', async () => {
    const zeros = [{ name: 'mask.nii', content: '\0'.repeat(100 * 2 ** 20) }];
    const found = await read(gzipSync(await tarOf(zeros)), 2 ** 30);
    expect(found['mask.nii']).toHaveLength(100 * 2 ** 20);
  });

  test.each<[string, TarEntry[], string]>([
    [
      'a link',
      [{ name: 'l', type: 'symlink', linkname: '/etc/passwd' }],
      'contains "l", which is neither a file',
    ],
    ['a device', [{ name: 'd', type: 'character-device' }], 'contains "d", which is neither a file'],
    ['a name that leaves it', [{ name: '../x', content: 'x' }], 'a name that leaves the archive'],
    [
      'a file that is too large',
      [{ name: 'big', content: 'x'.repeat(2000) }],
      'contains "big" of 2000 bytes',
    ],
  ])('with %s is refused', async (_, entries, sentence) => {
    await expect(readEntries(entries, 1000)).rejects.toThrow(sentence);
  });

  test('that is damaged is refused', async () => {
    const tar = await tarOf(FILES);
    await expect(read(tar.subarray(0, 5000))).rejects.toThrow('The truth archive is truncated');
    await expect(read(gzipSync(tar).subarray(0, 100))).rejects.toThrow('The truth archive');
    await expect(read(Buffer.from('no tar'))).rejects.toThrow('too short to be a tar file');
  });
});
