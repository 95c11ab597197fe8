import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyFolder } from '#runner/sandbox/files/empty-folder.ts';

let folder: string;
let full: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-empty-'));
  full = path.join(folder, 'output');
  mkdirSync(full);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('files, folders, hidden names and names that are not text are removed; the folder itself stays', async () => {
  const inode = statSync(full).ino;
  mkdirSync(path.join(full, 'images', 'mask'), { recursive: true });
  writeFileSync(path.join(full, 'images', 'mask', 'a.nii.gz'), 'a');
  writeFileSync(path.join(full, '.hidden'), 'b');
  writeFileSync(Buffer.concat([Buffer.from(`${full}/`), Buffer.from([0xff, 0xfe])]), 'c');
  await emptyFolder(full);
  expect(readdirSync(full)).toEqual([]);
  expect(statSync(full).ino).toBe(inode);
});

test('links are removed, their targets stay', async () => {
  const outside = path.join(folder, 'outside');
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'precious'), 'here');
  symlinkSync(outside, path.join(full, 'folder'));
  symlinkSync(path.join(outside, 'precious'), path.join(full, 'file'));
  linkSync(path.join(outside, 'precious'), path.join(full, 'hard'));
  symlinkSync('nowhere', path.join(full, 'dangling'));
  await emptyFolder(full);
  expect(readdirSync(full)).toEqual([]);
  expect(readFileSync(path.join(outside, 'precious'), 'utf8')).toBe('here');
});

test('folders nested deeper than the maximum path length are removed', async () => {
  const name = 'd'.repeat(200);
  const before = process.cwd();
  process.chdir(full);
  // 40 × 200 bytes: PATH_MAX is 4096.
  for (let depth = 0; depth < 40; depth++) {
    mkdirSync(name);
    process.chdir(name);
  }
  writeFileSync('bottom', 'x');
  process.chdir(before);
  await emptyFolder(full);
  expect(readdirSync(full)).toEqual([]);
});

test('existing files with predictable temporary names cause no conflict', async () => {
  for (let count = 0; count < 50; count++)
    writeFileSync(path.join(full, `.heldout-${process.pid}-${count}`), 'x');
  mkdirSync(path.join(full, 'a', 'b', 'c'), { recursive: true });
  await emptyFolder(full);
  expect(readdirSync(full)).toEqual([]);
});

test('a link in place of the folder is rejected, not followed', async () => {
  symlinkSync(full, path.join(folder, 'link'));
  await expect(emptyFolder(path.join(folder, 'link'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});
