import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unpackModel } from '#runner/sandbox/archive/unpack-model.ts';
import { type TarEntry, tarOf } from '#test/support/images/tar.ts';
import { pzstd } from '#test/support/images/zstd.ts';

let scratchDir: string;
beforeEach(async () => {
  scratchDir = await mkdtemp(path.join(tmpdir(), 'heldout-model-'));
});
afterEach(async () => {
  // Whatever the outcome, nothing stays behind and nothing was written elsewhere.
  expect(await readdir(scratchDir)).toEqual([]);
  expect(existsSync('/tmp/heldout-escaped')).toBe(false);
  await rm(scratchDir, { recursive: true });
});

const unpack = (bytes: Uint8Array, archiveMib = 1) =>
  unpackModel(Readable.from([Buffer.from(bytes)]), { archiveMib, scratchDir });

const VALID: TarEntry[] = [
  { name: './', type: 'directory' },
  { name: './fold0/weights.bin', mode: 0o640, uid: 501, content: 'w0' },
  { name: 'config.json', content: '{}' },
  { name: 'latest', type: 'symlink', linkname: 'fold0/weights.bin' },
  { name: 'fold0/again', type: 'symlink', linkname: '../latest' },
  { name: 'hard', type: 'link', linkname: 'config.json' },
];

test.each([
  ['uncompressed', (tar: Buffer) => tar],
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['zstd in many frames', (tar: Buffer) => pzstd(tar)],
])('files, folders and links are unpacked and readable by everyone: %s', async (_, compress) => {
  await using model = await unpack(compress(await tarOf(VALID)));
  const read = (name: string) => readFile(path.join(model.path, name), 'utf8');
  expect((await readdir(model.path, { recursive: true })).sort()).toEqual(
    ['config.json', 'fold0', 'fold0/again', 'fold0/weights.bin', 'hard', 'latest'].sort(),
  );
  expect([await read('latest'), await read('fold0/again'), await read('hard')]).toEqual(['w0', 'w0', '{}']);
  expect((await stat(path.join(model.path, 'fold0/weights.bin'))).mode & 0o7777).toBe(0o444);
  expect((await stat(path.join(model.path, 'fold0'))).mode & 0o7777).toBe(0o755);
  expect((await stat(model.path)).mode & 0o7777).toBe(0o755);
});

describe('rejected', () => {
  test.each<[string, TarEntry[], RegExp]>([
    [
      'a name that leaves the archive',
      [{ name: '../../../../tmp/heldout-escaped', content: 'x' }],
      /whose name leaves the archive/,
    ],
    [
      'a link that leaves the archive',
      [{ name: 'a', type: 'symlink', linkname: '/etc/passwd' }],
      /leaves the archive/,
    ],
    [
      'a relative link that leaves the archive',
      [{ name: 'a/b', type: 'symlink', linkname: '../../x' }],
      /leaves the archive/,
    ],
    [
      'a link to nothing',
      [{ name: 'a', type: 'symlink', linkname: 'b' }],
      /a link that does not lead to a file/,
    ],
    [
      'circular links',
      [
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'b', type: 'symlink', linkname: 'a' },
      ],
      /a link that does not lead to a file/,
    ],
    [
      'a file below a link',
      [
        { name: 'real/x', content: 'x' },
        { name: 'a', type: 'symlink', linkname: 'real/x' },
        { name: 'a/y', content: 'y' },
      ],
      /both as a file and as a folder/,
    ],
    [
      'a file below a file',
      [
        { name: 'a', content: 'x' },
        { name: 'a/b', content: 'y' },
      ],
      /both as a file and as a folder/,
    ],
    [
      'a duplicate name',
      [
        { name: 'a', content: 'x' },
        { name: './a', content: 'y' },
      ],
      /contains the entry "a" twice/,
    ],
    ['a pipe', [{ name: 'a', type: 'fifo' }], /neither a file nor a folder/],
    ['a device', [{ name: 'a', type: 'block-device' }], /neither a file nor a folder/],
    [
      'names that create hundreds of folders each',
      Array.from({ length: 200 }, (_, n) => ({ name: `${n}/${'d/'.repeat(500)}x`, content: 'x' })),
      /more than 100000 files and folders/,
    ],
    ['a long name', [{ name: 'n'.repeat(300), content: 'x' }], /a name longer than 255 bytes/],
    ['a long path', [{ name: Array(30).fill('n'.repeat(50)).join('/'), content: 'x' }], /1024 bytes/],
  ])('%s', async (_, entries, message) => {
    await expect(unpack(await tarOf(entries))).rejects.toMatchObject({
      name: 'SubmissionError',
      code: 'IMAGE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test('files that are not a tar archive, or truncated', async () => {
    const whole = await tarOf(VALID);
    for (const bytes of [Buffer.from('hello'), whole.subarray(0, 700), gzipSync(whole).subarray(0, 60)]) {
      await expect(unpack(bytes)).rejects.toMatchObject({ name: 'SubmissionError', code: 'IMAGE_INVALID' });
    }
  });

  test('more data than the phase allows, compressed or unpacked', async () => {
    const noise = createHash('shake256', { outputLength: 2 ** 20 })
      .update('x')
      .digest('hex');
    const large = await tarOf([{ name: 'a', content: noise }]);
    await expect(unpack(large)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message:
        'The model archive is larger than the 1 MiB that this phase allows. Make it smaller and submit it again.',
    });
    const bomb = gzipSync(await tarOf([{ name: 'a', content: 'x'.repeat(5 * 2 ** 20) }]));
    await expect(unpack(bomb)).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: 'The model archive is larger than 4 MiB when unpacked.',
    });
  });
});
