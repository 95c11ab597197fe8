import { applyAffine, invertAffine, multiplyAffines } from './affine.ts';
import { placedBy } from './readings.ts';
import {
  BYTES_PER_VOXEL,
  type DataType,
  type Grid,
  type RawData,
  spacingOf,
  type Triple,
  typedView,
  type Volume,
  voxelCount,
} from './volume.ts';

/** Compares grids, and reorders a grid with flipped or permuted axes to match another one. */

/** How far a corner may be from the corresponding one of `target`, in mm: 1 µm and a thousandth of a voxel. */
export function gridTolerance(target: Grid): number {
  return 1e-3 + 1e-3 * Math.min(...spacingOf(target.affine));
}

/** For each axis of the target: the corresponding axis of the source, and whether it is reversed. */
export interface AxisOrder {
  axes: Triple;
  flipped: readonly [boolean, boolean, boolean];
}

/**
 * The largest distance between corresponding corners of two grids, in mm, or null if their shapes differ.
 * Corners are the outer corners of the corner voxels (indices −½ and n − ½), so the third axis counts even if
 * the grid is one voxel thin.
 */
export function gridDistance(a: Grid, b: Grid): number | null {
  if (!a.shape.every((size, axis) => size === b.shape[axis])) return null;
  let largest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const index = a.shape.map((size, axis) => ((corner >> axis) & 1 ? size - 0.5 : -0.5)) as [
      number,
      number,
      number,
    ];
    const p = applyAffine(a.affine, ...index);
    const q = applyAffine(b.affine, ...index);
    largest = Math.max(largest, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  return largest;
}

/**
 * The order and direction in which the axes of `source` match those of `target`, or null if no order does (an
 * axis of one corresponds to none or two of the other).
 */
export function axisOrder(source: Grid, target: Grid): AxisOrder | null {
  const inverse = invertAffine(target.affine);
  if (inverse === null) return null;
  const steps = multiplyAffines(inverse, source.affine);
  const axes = [-1, -1, -1];
  const flipped = [false, false, false];
  for (let axis = 0; axis < 3; axis++) {
    const column = [0, 1, 2].map((row) => steps[4 * row + axis]!);
    const along = [0, 1, 2].reduce(
      (best, row) => (Math.abs(column[row]!) > Math.abs(column[best]!) ? row : best),
      0,
    );
    if (axes[along] !== -1) return null;
    axes[along] = axis;
    flipped[along] = column[along]! < 0;
  }
  return { axes: axes as [number, number, number], flipped: flipped as [boolean, boolean, boolean] };
}

const BODY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** The order and direction in which the axes of a grid match those of the body: to the right, front and top. */
export function bodyAxisOrder(grid: Grid): AxisOrder | null {
  return axisOrder(grid, { shape: grid.shape, affine: BODY });
}

/** Whether the order leaves every axis unchanged. */
export function keepsOrder(order: AxisOrder): boolean {
  return order.axes.every((axis, i) => axis === i) && !order.flipped.includes(true);
}

/** The grid of `source` after its axes are reordered; voxels keep their world coordinates. */
export function reorderGrid(source: Grid, order: AxisOrder): Grid {
  const shape = order.axes.map((axis) => source.shape[axis]!) as [number, number, number];
  const affine = [...source.affine];
  for (let row = 0; row < 3; row++) {
    let origin = source.affine[4 * row + 3]!;
    order.axes.forEach((axis, target) => {
      const step = source.affine[4 * row + axis]!;
      affine[4 * row + target] = order.flipped[target] ? -step : step;
      if (order.flipped[target]) origin += step * (source.shape[axis]! - 1);
    });
    affine[4 * row + 3] = origin;
  }
  return { shape, affine };
}

/** Reorders the voxels of a volume along with its axes. */
export function reorderVolume(volume: Volume, order: AxisOrder): Volume {
  if (keepsOrder(order)) return volume;
  const grid = reorderGrid(volume, order);
  const data = reorderVoxels(volume.data, volume.dtype, volume.shape, order);
  return { ...volume, ...placedBy(grid.affine), shape: grid.shape, data };
}

function reorderVoxels(data: RawData, dtype: DataType, shape: Triple, order: AxisOrder): RawData {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const sizes = order.axes.map((axis) => shape[axis]!);
  const steps = order.axes.map((axis, target) => (order.flipped[target] ? -strides[axis]! : strides[axis]!));
  const start = order.axes.reduce(
    (at, axis, target) => (order.flipped[target] ? at + strides[axis]! * (shape[axis]! - 1) : at),
    0,
  );
  const bytes = Buffer.allocUnsafeSlow(voxelCount(shape) * BYTES_PER_VOXEL[dtype]);
  const moved = typedView(bytes, dtype);
  const [nx, ny, nz] = sizes as [number, number, number];
  const [stepX, stepY, stepZ] = steps as [number, number, number];
  let to = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let from = start + z * stepZ + y * stepY;
      for (let x = 0; x < nx; x++, from += stepX) moved[to++] = data[from]!;
    }
  }
  return moved;
}
