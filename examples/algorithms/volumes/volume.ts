/** Scans as the example algorithms use them, and shared operations. */
export type Triple = readonly [number, number, number];

export interface Scan {
  /** Voxels along the three axes; the first varies fastest in memory. */
  shape: Triple;
  /** mm */
  spacing: Triple;
  /** 16 numbers in row order: voxel index → RAS in mm. */
  affine: readonly number[];
  values: Float32Array;
}

/** Computes one value per axis. */
export function perAxis(value: (axis: 0 | 1 | 2) => number): [number, number, number] {
  return [value(0), value(1), value(2)];
}

export function voxelMl({ spacing }: Pick<Scan, 'spacing'>): number {
  return (spacing[0] * spacing[1] * spacing[2]) / 1000;
}

/**
 * Mean of blocks of `factor` voxels per side: the same field of view, coarser; incomplete blocks are dropped.
 */
export function downsample(scan: Scan, factor: number): Scan {
  const [width, height] = scan.shape;
  const shape = perAxis((axis) => Math.floor(scan.shape[axis] / factor));
  const [columns, rows, slices] = shape;
  const values = new Float32Array(columns * rows * slices);
  const share = 1 / factor ** 3;
  for (let z = 0; z < slices * factor; z++) {
    for (let y = 0; y < rows * factor; y++) {
      let target = (Math.floor(z / factor) * rows + Math.floor(y / factor)) * columns;
      let source = (z * height + y) * width;
      for (let x = 0; x < columns; x++, target++) {
        let sum = 0;
        for (let step = 0; step < factor; step++) sum += scan.values[source++]!;
        values[target]! += sum * share;
      }
    }
  }
  // The center of the first block is at (factor − 1)/2 voxels along each axis.
  const center = perAxis(() => (factor - 1) / 2);
  const affine = shiftAffine(scan.affine, center).map((value, index) =>
    index < 12 && index % 4 < 3 ? value * factor : value,
  );
  return { shape, spacing: perAxis((axis) => scan.spacing[axis] * factor), affine, values };
}

/** The affine of a grid whose voxel 0 is at voxel `origin` (which may be fractional) of the given one. */
export function shiftAffine(affine: readonly number[], origin: Triple): number[] {
  return affine.map((value, index) => {
    if (index >= 12 || index % 4 < 3) return value;
    const row = index - 3;
    return value + affine[row]! * origin[0] + affine[row + 1]! * origin[1] + affine[row + 2]! * origin[2];
  });
}

/** Copies the box of `shape` voxels that starts at `origin`. */
export function crop<T extends Float32Array | Uint8Array>(
  values: T,
  [width, height]: Triple,
  origin: Triple,
  shape: Triple,
): T {
  const cropped = new (values.constructor as new (length: number) => T)(shape[0] * shape[1] * shape[2]);
  for (let z = 0, target = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++, target += shape[0]) {
      const start = ((z + origin[2]) * height + y + origin[1]) * width + origin[0];
      cropped.set(values.subarray(start, start + shape[0]), target);
    }
  }
  return cropped;
}

/** Trilinear interpolation between voxels; 0 outside the grid. */
export function sample(
  values: Float32Array,
  [width, height, depth]: Triple,
  x: number,
  y: number,
  z: number,
): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const slice = Math.floor(z);
  if (column < 0 || row < 0 || slice < 0) return 0;
  if (column >= width - 1 || row >= height - 1 || slice >= depth - 1) return 0;
  const right = x - column;
  const front = y - row;
  const top = z - slice;
  const corner = (slice * height + row) * width + column;
  const above = corner + width * height;
  const near = values[corner]! * (1 - right) + values[corner + 1]! * right;
  const far = values[corner + width]! * (1 - right) + values[corner + width + 1]! * right;
  const nearAbove = values[above]! * (1 - right) + values[above + 1]! * right;
  const farAbove = values[above + width]! * (1 - right) + values[above + width + 1]! * right;
  return (near * (1 - front) + far * front) * (1 - top) + (nearAbove * (1 - front) + farAbove * front) * top;
}

/** The value below which the given share of the sample is. Sorts the sample in place. */
export function quantile(sampled: Float32Array, share: number): number {
  sampled.sort();
  return sampled[Math.min(sampled.length - 1, Math.floor(share * sampled.length))] ?? 0;
}
