import type { Triple } from './volume.ts';

/**
 * Connected components (6 neighbors) of the voxels where `mask` is not 0, in the order of their first voxel.
 *
 * @param visit called with the voxels of one component, in a buffer that the next one overwrites.
 */
export function eachComponent(mask: Uint8Array, shape: Triple, visit: (voxels: Int32Array) => void): void {
  const [width, height] = shape;
  const slice = width * height;
  const left = mask.slice();
  const queue = new Int32Array(mask.length);
  let end = 0;
  const take = (voxel: number) => {
    if (left[voxel] === 0) return;
    left[voxel] = 0;
    queue[end++] = voxel;
  };
  for (let seed = 0; seed < left.length; seed++) {
    if (left[seed] === 0) continue;
    end = 0;
    take(seed);
    for (let next = 0; next < end; next++) {
      const voxel = queue[next]!;
      const x = voxel % width;
      const y = Math.floor(voxel / width) % height;
      if (x > 0) take(voxel - 1);
      if (x < width - 1) take(voxel + 1);
      if (y > 0) take(voxel - width);
      if (y < height - 1) take(voxel + width);
      if (voxel >= slice) take(voxel - slice);
      if (voxel + slice < left.length) take(voxel + slice);
    }
    visit(queue.subarray(0, end));
  }
}

/** Returns the voxels of the components for which `keep` returns true. */
export function keepComponents(
  mask: Uint8Array,
  shape: Triple,
  keep: (voxels: Int32Array) => boolean,
): { mask: Uint8Array; kept: number; found: number } {
  const chosen = new Uint8Array(mask.length);
  let kept = 0;
  let found = 0;
  eachComponent(mask, shape, (voxels) => {
    found += 1;
    if (!keep(voxels)) return;
    kept += 1;
    for (const voxel of voxels) chosen[voxel] = 1;
  });
  return { mask: chosen, kept, found };
}

export function largestComponent(mask: Uint8Array, shape: Triple): Uint8Array {
  let largest = new Int32Array(0);
  eachComponent(mask, shape, (voxels) => {
    if (voxels.length > largest.length) largest = voxels.slice();
  });
  const component = new Uint8Array(mask.length);
  for (const voxel of largest) component[voxel] = 1;
  return component;
}
