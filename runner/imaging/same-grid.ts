import { scaleAffine } from './affine.ts';
import { type AxisOrder, axisOrder, gridDistance, gridTolerance, keepsOrder, reorderGrid } from './grid.ts';
import { type Placed, READERS } from './readings.ts';
import type { Grid } from './volume.ts';

/**
 * Decides whether two files are on the same grid although readers may see each of them differently.
 *
 * The rule: there is a reader that sees both files on the same grid. A program writes its mask where its reader
 * saw the scan, so the same reader finds it there again. A reading of one file is never compared with another
 * reader's reading of the other file, so a mask that is misplaced for every reader is never accepted.
 *
 * The canonical reading of both files decides alone if it puts them on the same grid. Otherwise all readers
 * count, and if they disagree about the order of the axes, the files don't match.
 */

export type GridMatch =
  /** `reader` is null if the canonical reading matches. */
  | { kind: 'same'; order: AxisOrder; reader: string | null }
  | { kind: 'otherShape' }
  /** By the canonical reading, in mm. */
  | { kind: 'apart'; distance: number; tolerance: number }
  /** The readers that see different orders of the axes. */
  | { kind: 'ambiguous'; readers: readonly string[] };

const AS_STORED: AxisOrder = { axes: [0, 1, 2], flipped: [false, false, false] };

export function matchGrids(image: Grid & Placed, target: Grid & Placed): GridMatch {
  const canonical = compareGrids(image, target);
  if (canonical.order !== null) return { kind: 'same', order: canonical.order, reader: null };
  const seen = READERS.flatMap((reader) => {
    // Readers that keep the file's unit see the target's numbers in its unit and the image's in the same one.
    const factor = reader.convertsUnit ? 1 : target.geometry.mmPerUnit;
    const [a, b] = [image, target].map((one) => {
      const affine = reader.affineOf(one);
      return affine?.every(Number.isFinite)
        ? { shape: one.shape, affine: scaleAffine(affine, factor) }
        : null;
    });
    const order = a && b ? compareGrids(a, b).order : null;
    return order === null ? [] : [{ reader: reader.name, order }];
  });
  const [first] = seen;
  if (!first) {
    const { distance } = canonical;
    return distance === null
      ? { kind: 'otherShape' }
      : { kind: 'apart', distance, tolerance: gridTolerance(target) };
  }
  const others = seen.filter(({ order }) => !isSameOrder(order, first.order));
  if (others.length > 0) return { kind: 'ambiguous', readers: [first.reader, others[0]!.reader] };
  return { kind: 'same', ...first };
}

/** `order` is null if the grids differ, `distance` if their shapes differ. */
function compareGrids(image: Grid, target: Grid): { order: AxisOrder | null; distance: number | null } {
  const tolerance = gridTolerance(target);
  const asStored = gridDistance(target, image);
  if (asStored !== null && asStored <= tolerance) return { order: AS_STORED, distance: asStored };
  const order = axisOrder(image, target);
  const reordered = order === null ? null : gridDistance(target, reorderGrid(image, order));
  if (reordered !== null && reordered <= tolerance) return { order, distance: reordered };
  return { order: null, distance: reordered ?? asStored };
}

function isSameOrder(a: AxisOrder, b: AxisOrder): boolean {
  if (keepsOrder(a) || keepsOrder(b)) return keepsOrder(a) && keepsOrder(b);
  return a.axes.every((axis, i) => axis === b.axes[i] && a.flipped[i] === b.flipped[i]);
}
