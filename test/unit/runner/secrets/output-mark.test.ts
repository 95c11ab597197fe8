import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { outputMark } from '#runner/secrets/output-mark.ts';

const KEY = { markKey: randomBytes(32) };
const PLACE = { testSetId: 'a', caseIndex: 3 };
const written = (text: string) => ({ mask: { ending: '.nii.gz', bytes: gzipSync(text) } });
const mark = (text: string, place = PLACE, key = KEY) => outputMark(key, place, written(text));

test('equal outputs of the same case have the same mark, whenever they were compressed', () => {
  const later = written('voxels');
  later.mask.bytes.writeUInt32LE(1_700_000_000, 4);
  expect(mark('voxels')).toMatch(/^[0-9a-f]{32}$/);
  expect(outputMark(KEY, PLACE, later)).toBe(mark('voxels'));
});

test('other outputs, cases, test sets and keys have other marks', () => {
  const marks = [
    mark('voxels'),
    mark('voxelz'),
    mark('voxels', { ...PLACE, caseIndex: 4 }),
    mark('voxels', { ...PLACE, testSetId: 'b' }),
    mark('voxels', PLACE, { markKey: randomBytes(32) }),
    outputMark(KEY, PLACE, { other: written('voxels').mask }),
    outputMark(KEY, PLACE, {}),
  ];
  expect(new Set(marks).size).toBe(marks.length);
});
