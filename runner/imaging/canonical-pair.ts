import { canonicalHeader, encodeOn, inMm, numbersOn } from './canonical.ts';
import { gridDistance, gridTolerance, inverseOrder, reorderGrid } from './grid.ts';
import type { ReadImage } from './read.ts';
import { type GridMatch, matchGrids } from './same-grid.ts';
import type { Grid } from './volume.ts';

/** A file and what was read from it. */
export interface ImageFile {
  bytes: Uint8Array;
  image: ReadImage;
}

export interface CanonicalPair {
  scan: Uint8Array;
  truth: Uint8Array;
  /** What was changed in the headers, in words. */
  changes: readonly string[];
}

const GZIP_LEVEL = 6;

/**
 * Makes the headers of a scan and its true mask canonical, with one grid for both. Voxels are unchanged; a file
 * that is canonical already is returned as it is, and so is a MetaImage, which has only one position.
 *
 * @throws Error if the mask is not on the scan's grid, or if the grid has a shear that no qform can hold and
 * `allowsShear` is false. The message follows the name of the case.
 */
export function canonicalPair(
  scan: ImageFile,
  truth: ImageFile,
  { allowsShear }: { allowsShear: boolean },
): CanonicalPair {
  const match = matchGrids(truth.image.volume, scan.image.volume);
  if (match.kind !== 'same') throw new Error(describeMismatch(match));
  const { grid, numbers, changes, shearMm } = canonicalHeader(scan.image);
  if (shearMm > 0 && !allowsShear) {
    throw new Error(
      `the axes of the scan are not at right angles: its grid is ${inMm(shearMm)} from the nearest one that is, and programs that need right angles would see it there. Resample the scan and its mask, or keep the shear with --allow-shear`,
    );
  }
  const mask = canonicalTruth(truth, reorderGrid(grid, inverseOrder(match.order)), match.reader);
  return {
    scan: changes.length === 0 ? scan.bytes : encodeOn(scan.image, numbers, GZIP_LEVEL),
    truth: mask.bytes,
    changes: [
      ...changes.map((change) => `scan: ${change}`),
      ...(shearMm > 0 ? [`scan: keeps a shear of ${inMm(shearMm)}`] : []),
      ...mask.changes.map((change) => `mask: ${change}`),
    ],
  };
}

/** `grid` is that of the scan, with the mask's order of axes. `reader` is the one that sees the mask there. */
function canonicalTruth(
  { bytes, image }: ImageFile,
  grid: Grid,
  reader: string | null,
): { bytes: Uint8Array; changes: readonly string[] } {
  const own = reader === null ? canonicalHeader(image) : null;
  const isThere = own !== null && gridDistance(grid, own.grid)! <= gridTolerance(grid);
  if (own && isThere && own.changes.length === 0) return { bytes, changes: [] };
  const where =
    reader === null ? 'placed on the scan’s grid' : `placed on the scan’s grid, where ${reader} sees it`;
  return {
    bytes: encodeOn(image, numbersOn(image, grid), GZIP_LEVEL),
    changes: own && isThere ? own.changes : [where],
  };
}

function describeMismatch(match: Exclude<GridMatch, { kind: 'same' }>): string {
  if (match.kind === 'otherShape') return 'scan and mask have different shapes';
  if (match.kind === 'ambiguous') {
    return `the headers of scan and mask are ambiguous: ${match.readers.join(' and ')} see the mask’s axes in different orders`;
  }
  return `scan and mask are ${inMm(match.distance)} apart, so every prediction on the scan’s grid would be rejected`;
}
