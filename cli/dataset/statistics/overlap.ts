import type { OverlapPlane, VariantStatistics } from '#lib/domain/datasets/statistics.ts';
import { type AxisOrder, bodyAxisOrder, gridDistance, gridTolerance } from '#runner/imaging/grid.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { type Grid, voxelCount } from '#runner/imaging/volume.ts';
import type { CaseMask } from '#runner/scoring/case-mask.ts';

/** Four bytes for each voxel of the common grid. */
const MAX_VOXELS = 64_000_000;
const MAX_SIDE = 1024;

/** Counts at each voxel how many masks have a lesion there, as long as all masks are on the grid of the first one. */
export class Overlap {
  #grid: Grid | null = null;
  #counts: Uint32Array | null = null;
  #isOff = false;

  add({ volume, runLengths }: CaseMask): void {
    if (this.#isOff) return;
    if (!this.#counts) {
      if (voxelCount(volume.shape) > MAX_VOXELS || volume.shape.some((size) => size > MAX_SIDE)) {
        this.#isOff = true;
        return;
      }
      this.#grid = { shape: volume.shape, affine: volume.affine };
      this.#counts = new Uint32Array(voxelCount(volume.shape));
    }
    const distance = gridDistance(volume, this.#grid!);
    if (distance === null || distance > gridTolerance(this.#grid!)) {
      this.#isOff = true;
      this.#counts = null;
      return;
    }
    const { row, start, end } = runLengths;
    for (let run = 0; run < row.length; run++) {
      const from = row[run]! * volume.shape[0];
      for (let x = start[run]!; x < end[run]!; x++) this.#counts[from + x]! += 1;
    }
  }

  /** null if the masks are on several grids, or all empty. */
  planes(): VariantStatistics['overlap'] {
    if (!this.#counts || !this.#grid) return null;
    const order = bodyAxisOrder(this.#grid);
    if (!order) return null;
    const [axial, coronal, sagittal] = project(this.#counts, this.#grid, order);
    const most = axial.values.reduce((largest, value) => Math.max(largest, value), 0);
    if (most === 0) return null;
    const planes = {
      axial: pictureOf(axial, most),
      coronal: pictureOf(coronal, most),
      sagittal: pictureOf(sagittal, most),
    };
    return { most, planes };
  }
}

interface Projection {
  width: number;
  height: number;
  /** Rows from the top, where the front or the top of the body is; the left of the body is at the left. */
  values: Uint32Array;
}

/** The largest count along each axis of the body. */
function project(
  counts: Uint32Array,
  { shape }: Grid,
  { axes, flipped }: AxisOrder,
): [Projection, Projection, Projection] {
  const [right, front, top] = axes.map((axis) => shape[axis]!) as [number, number, number];
  const plane = (width: number, height: number) => ({
    width,
    height,
    values: new Uint32Array(width * height),
  });
  const [axial, coronal, sagittal] = [plane(right, front), plane(right, top), plane(front, top)];
  const keep = ({ width, height, values }: Projection, x: number, y: number, count: number) => {
    const at = (height - 1 - y) * width + x;
    if (values[at]! < count) values[at] = count;
  };
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at]!;
    if (count === 0) continue;
    const voxel = [
      at % shape[0],
      Math.floor(at / shape[0]) % shape[1],
      Math.floor(at / (shape[0] * shape[1])),
    ];
    const [x, y, z] = axes.map((axis, place) =>
      flipped[place] ? shape[axis]! - 1 - voxel[axis]! : voxel[axis]!,
    ) as [number, number, number];
    keep(axial, x, y, count);
    keep(coronal, x, z, count);
    keep(sagittal, y, z, count);
  }
  return [axial, coronal, sagittal];
}

function pictureOf({ width, height, values }: Projection, most: number): OverlapPlane {
  const pixels = Uint8Array.from(values, (value) => 255 - Math.round((255 * value) / most));
  return { width, height, png: Buffer.from(encodePng(width, height, pixels, 'gray')).toString('base64') };
}
