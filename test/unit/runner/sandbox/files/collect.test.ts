import { execFileSync } from 'node:child_process';
import {
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VOLUME_ENDINGS } from '#lib/domain/tasks/volume-names.ts';
import { collectFile } from '#runner/sandbox/files/collect.ts';

const FOLDER = 'images/mask';
const uid = process.getuid!();
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heldout-collect-'));
  folder = join(root, FOLDER);
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const collect = (maxBytes = 1000) =>
  collectFile(root, FOLDER, { uid, maxBytes, name: { endings: VOLUME_ENDINGS } });

test.each([
  ['mask.nii.gz', '.nii.gz'],
  ['MASK.NII', '.nii'],
  ['a b\n.mha', '.mha'],
  ['.nii.gz', '.nii.gz'],
])('an image with any name is collected: %j', async (name, ending) => {
  writeFileSync(join(folder, name), 'voxels');
  expect(await collect()).toEqual({ kind: 'file', ending, bytes: Buffer.from('voxels') });
});

test('an image whose name is not UTF-8 is collected', async () => {
  writeFileSync(
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.nii')]),
    'v',
  );
  expect(await collect()).toMatchObject({ kind: 'file', ending: '.nii' });
});

test('other files are ignored', async () => {
  writeFileSync(join(folder, 'notes.json'), '{}');
  writeFileSync(join(folder, 'mask.mha'), 'v');
  expect(await collect()).toMatchObject({ kind: 'file' });
});

test('a missing folder, an empty folder and a folder of other files contain no mask', async () => {
  expect(await collect()).toEqual({ kind: 'none' });
  writeFileSync(join(folder, 'notes.txt'), 'x');
  expect(await collect()).toEqual({ kind: 'none' });
  rmSync(folder, { recursive: true });
  expect(await collect()).toEqual({ kind: 'none' });
});

test('two images are rejected', async () => {
  writeFileSync(join(folder, 'a.nii'), 'x');
  writeFileSync(join(folder, 'b.mha'), 'x');
  expect(await collect()).toMatchObject({
    kind: 'unsafe',
    message: expect.stringContaining('contains 2 images'),
  });
});

test('a symbolic link is not followed, whatever its target', async () => {
  for (const target of ['/etc/passwd', 'real.txt', '/nowhere']) {
    writeFileSync(join(folder, 'real.txt'), 'x');
    symlinkSync(target, join(folder, 'mask.nii'));
    expect(await collect()).toMatchObject({ kind: 'unsafe' });
    rmSync(join(folder, 'mask.nii'));
  }
});

test('a folder that is a link is not opened, at either level', async () => {
  const other = mkdtempSync(join(tmpdir(), 'heldout-other-'));
  mkdirSync(join(other, 'mask'));
  writeFileSync(join(other, 'mask', 'secret.nii'), 'secret');
  rmSync(folder, { recursive: true });
  symlinkSync(join(other, 'mask'), folder);
  expect(await collect()).toMatchObject({ kind: 'unsafe' });
  rmSync(join(root, 'images'), { recursive: true });
  symlinkSync(other, join(root, 'images'));
  expect(await collect()).toMatchObject({ kind: 'unsafe' });
  rmSync(other, { recursive: true });
});

test('a file in place of the folder is rejected', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'x');
  expect(await collect()).toMatchObject({ kind: 'unsafe' });
});

test('a pipe does not block its reader', async () => {
  execFileSync('mkfifo', [join(folder, 'mask.nii.gz')]);
  expect(await collect()).toMatchObject({ kind: 'unsafe', message: expect.stringContaining('regular') });
});

test('a socket is rejected', async () => {
  const server = createServer().listen(join(folder, 'mask.nii'));
  await new Promise((resolve) => server.on('listening', resolve));
  expect(await collect()).toMatchObject({ kind: 'unsafe' });
  await new Promise((resolve) => server.close(resolve));
});

test('a folder with the mask’s name is rejected', async () => {
  mkdirSync(join(folder, 'mask.nii'));
  expect(await collect()).toMatchObject({ kind: 'unsafe' });
});

test('a file with two hard links is rejected', async () => {
  writeFileSync(join(root, 'elsewhere'), 'x');
  linkSync(join(root, 'elsewhere'), join(folder, 'mask.nii'));
  expect(await collect()).toMatchObject({
    kind: 'unsafe',
    message: expect.stringContaining('has 2 hard links'),
  });
});

test('a file of another user is rejected', async () => {
  writeFileSync(join(folder, 'mask.nii'), 'x');
  expect(
    await collectFile(root, FOLDER, { uid: uid + 1, maxBytes: 1000, name: { endings: VOLUME_ENDINGS } }),
  ).toMatchObject({
    kind: 'unsafe',
    message: expect.stringContaining('another user'),
  });
  if (uid === 0) chownSync(join(folder, 'mask.nii'), 12, 12);
  if (uid === 0) expect(await collect()).toMatchObject({ kind: 'unsafe' });
});

test('a sparse file of a terabyte is rejected by its size, without reading it', async () => {
  writeFileSync(join(folder, 'mask.nii'), '');
  truncateSync(join(folder, 'mask.nii'), 2 ** 40);
  expect(await collect()).toEqual({
    kind: 'tooLarge',
    message: `The image in /output/${FOLDER} is 1099511627776 bytes long; at most 1000 are allowed.`,
  });
});

test('a folder with many files is rejected before it is listed completely', async () => {
  for (let index = 0; index < 300; index += 1) writeFileSync(join(folder, `${index}.txt`), '');
  expect(await collect()).toMatchObject({
    kind: 'unsafe',
    message: expect.stringContaining('more than 256'),
  });
});
