import { expect, test } from 'vitest';
import { keepSurface, middleOf } from '#components/data/viewer/lesion-surface.ts';

const SHAPE = [7, 6, 5] as const;
const at = (x: number, y: number, z: number) => x + SHAPE[0] * (y + SHAPE[1] * z);

/** 3 × 3 × 3 voxels around (3, 2, 2). */
function cube(): Uint8Array {
  const voxels = new Uint8Array(7 * 6 * 5);
  for (let z = 1; z <= 3; z++)
    for (let y = 1; y <= 3; y++) for (let x = 2; x <= 4; x++) voxels[at(x, y, z)] = 1;
  return voxels;
}

test('only the surface of a lesion is kept', () => {
  const voxels = cube();
  keepSurface(voxels, SHAPE);
  expect(voxels[at(3, 2, 2)]).toBe(0);
  expect(voxels.reduce((sum, voxel) => sum + voxel)).toBe(26);
});

test('voxels at the edge of the image are surface', () => {
  const voxels = new Uint8Array(27).fill(1);
  keepSurface(voxels, [3, 3, 3]);
  expect(voxels.reduce((sum, voxel) => sum + voxel)).toBe(26);
});

test('the middle of the lesions is a voxel', () => {
  expect(middleOf(cube(), SHAPE)).toEqual([3, 2, 2]);
  expect(middleOf(new Uint8Array(10), SHAPE)).toBeNull();
});
