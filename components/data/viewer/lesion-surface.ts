type Voxels = { readonly length: number; [index: number]: number };

export type Shape = readonly [number, number, number];

/** The middle of all voxels above 0; null if there are none. The first axis varies fastest. */
export function middleOf(voxels: ArrayLike<number>, [nx, ny]: Shape): [number, number, number] | null {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let at = 0; at < voxels.length; at++) {
    if (!(voxels[at]! > 0)) continue;
    sum[0] += at % nx;
    sum[1] += Math.floor(at / nx) % ny;
    sum[2] += Math.floor(at / (nx * ny));
    count += 1;
  }
  if (count === 0) return null;
  return [Math.round(sum[0] / count), Math.round(sum[1] / count), Math.round(sum[2] / count)];
}

/** Sets every voxel to 0 whose six neighbors are all above 0, so that the image shows inside of a lesion. */
export function keepSurface(voxels: Voxels, [nx, ny, nz]: Shape): void {
  const inside: number[] = [];
  for (let z = 1; z < nz - 1; z++) {
    for (let y = 1; y < ny - 1; y++) {
      const row = nx * (y + ny * z);
      for (let at = row + 1; at < row + nx - 1; at++) {
        if (!(voxels[at]! > 0)) continue;
        const steps = [-1, 1, -nx, nx, -nx * ny, nx * ny];
        if (steps.every((step) => voxels[at + step]! > 0)) inside.push(at);
      }
    }
  }
  for (const at of inside) voxels[at] = 0;
}
