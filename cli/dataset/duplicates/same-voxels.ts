import { readFile } from 'node:fs/promises';
import { numbersOf } from '#cli/dataset/check/value-range.ts';
import { bodyAxisOrder, reorderVolume } from '#runner/imaging/grid.ts';
import { readImage } from '#runner/imaging/read.ts';
import type { Volume } from '#runner/imaging/volume.ts';

/** Whether two files that can be read have the same values (as float32) at the same places of their bodies. */
export async function haveSameVoxels(file: string, other: string): Promise<boolean> {
  const [a, b] = [await bodyVolume(file), await bodyVolume(other)];
  if (a.shape.join() !== b.shape.join()) return false;
  const [first, second] = [numbersOf(a.data), numbersOf(b.data)];
  for (let voxel = 0; voxel < first.length; voxel++) {
    const value = Math.fround(first[voxel]! * a.slope + a.intercept);
    const twin = Math.fround(second[voxel]! * b.slope + b.intercept);
    if (value !== twin && !(Number.isNaN(value) && Number.isNaN(twin))) return false;
  }
  return true;
}

/** With axes to the right, front and top. */
async function bodyVolume(file: string): Promise<Volume> {
  const { volume } = readImage(await readFile(file));
  const order = bodyAxisOrder(volume);
  return order === null ? volume : reorderVolume(volume, order);
}
