import { canonicalHeader, encodeOn, inMm, numbersOn } from './canonical.ts';
import { gridDistance, gridTolerance, keepsOrder, reorderVolume } from './grid.ts';
import type { ReadImage } from './read.ts';
import { placedBy } from './readings.ts';
import { type GridMatch, matchGrids } from './same-grid.ts';
import type { Grid, Volume } from './volume.ts';

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

/** A mask in the order of its scan's axes. */
export interface CanonicalMask extends CanonicalImage {
  volume: Volume;
}

/**
 * Makes the header of a true mask canonical, on the grid of its scan; `grid` is the scan's canonical one. A mask that
 * stores this grid with flipped or swapped axes is reordered: a prediction without geometry is compared in the order
 * in which voxels are stored, which must be that of the scan.
 *
 * @throws Error if the mask is not on the scan's grid, with both shapes or the distance in mm.
 */
export function canonicalMask(mask: ImageFile, scan: ReadImage, grid: Grid): CanonicalMask {
  const { image } = mask;
  const match = matchGrids(image.volume, scan.volume);
  if (match.kind !== 'same') throw new Error(describeMismatch(match, image.volume, scan.volume));
  const { order, reader } = match;
  const isReordered = !keepsOrder(order);
  const own = reader === null && !isReordered ? canonicalHeader(image) : null;
  const isThere = own !== null && gridDistance(grid, own.grid)! <= gridTolerance(grid);
  if (own && isThere && own.changes.length === 0) {
    const volume = { ...image.volume, ...placedBy(own.grid.affine) };
    return { grid: own.grid, volume, bytes: () => mask.bytes, changes: [] };
  }
  const placed =
    reader === null ? 'placed on the scan’s grid' : `placed on the scan’s grid, where ${reader} sees it`;
  const where = isReordered ? [`${placed}, its axes in the scan’s order`] : [placed];
  const volume = { ...reorderVolume(image.volume, order), ...placedBy(grid.affine) };
  return {
    grid,
    volume,
    bytes: () => encodeOn({ ...image, volume }, numbersOn(image, grid), GZIP_LEVEL),
    changes: own && isThere ? own.changes : where,
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
