import { canonicalHeader, encodeOn, inMm, numbersOn } from './canonical.ts';
import { type AxisOrder, gridDistance, gridTolerance, inverseOrder, reorderGrid } from './grid.ts';
import type { ReadImage } from './read.ts';
import { type GridMatch, matchGrids } from './same-grid.ts';
import type { Grid } from './volume.ts';

/** A file and what was read from it. */
export interface ImageFile {
  bytes: Uint8Array;
  image: ReadImage;
}

/** An image with a canonical header. Voxels, type and scaling are those of the file. */
export interface CanonicalImage {
  grid: Grid;
  /** The file: as it is if its header is canonical already, which every MetaImage's is; otherwise encoded anew. */
  bytes(): Uint8Array;
  /** What was changed in the header, in words. */
  changes: readonly string[];
}

const GZIP_LEVEL = 6;

/**
 * Makes the header of a scan canonical.
 *
 * @throws Error if the grid has a shear that no qform can hold and `allowsShear` is false.
 */
export function canonicalScan(scan: ImageFile, { allowsShear }: { allowsShear: boolean }): CanonicalImage {
  const { grid, numbers, changes, shearMm } = canonicalHeader(scan.image);
  if (shearMm > 0 && !allowsShear) {
    throw new Error(
      `the axes of the scan are not at right angles: its grid is ${inMm(shearMm)} from the nearest one that is, and programs that need right angles would see it there. Resample the scan and its mask, or keep the shear with --allow-shear`,
    );
  }
  return {
    grid,
    bytes: () => (changes.length === 0 ? scan.bytes : encodeOn(scan.image, numbers, GZIP_LEVEL)),
    changes: [...changes, ...(shearMm > 0 ? [`keeps a shear of ${inMm(shearMm)}`] : [])],
  };
}

/**
 * Makes the header of a true mask canonical, on the grid of its scan. `order` is that of its axes on the scan's
 * grid, `grid` the scan's canonical one.
 *
 * @throws Error if the mask is not on the scan's grid, with both shapes or the distance in mm.
 */
export function canonicalMask(
  mask: ImageFile,
  scan: ReadImage,
  grid: Grid,
): CanonicalImage & { order: AxisOrder } {
  const match = matchGrids(mask.image.volume, scan.volume);
  if (match.kind !== 'same') throw new Error(describeMismatch(match, mask.image.volume, scan.volume));
  const { order, reader } = match;
  // The scan's grid with the mask's order of axes.
  const target = reorderGrid(grid, inverseOrder(order));
  const own = reader === null ? canonicalHeader(mask.image) : null;
  const isThere = own !== null && gridDistance(target, own.grid)! <= gridTolerance(target);
  if (own && isThere && own.changes.length === 0) {
    return { grid: own.grid, order, bytes: () => mask.bytes, changes: [] };
  }
  const where =
    reader === null ? 'placed on the scan’s grid' : `placed on the scan’s grid, where ${reader} sees it`;
  return {
    grid: target,
    order,
    bytes: () => encodeOn(mask.image, numbersOn(mask.image, target), GZIP_LEVEL),
    changes: own && isThere ? own.changes : [where],
  };
}

function describeMismatch(match: Exclude<GridMatch, { kind: 'same' }>, mask: Grid, scan: Grid): string {
  if (match.kind === 'otherShape') {
    const shapes = [mask, scan].map(({ shape }) => shape.join(' × '));
    return `scan and mask have different shapes: the mask has ${shapes[0]} voxels, the scan ${shapes[1]}`;
  }
  if (match.kind === 'ambiguous') {
    return `the headers of scan and mask are ambiguous: ${match.readers.join(' and ')} see the mask’s axes in different orders`;
  }
  return `scan and mask are ${inMm(match.distance)} apart, so every prediction on the scan’s grid would be rejected`;
}
