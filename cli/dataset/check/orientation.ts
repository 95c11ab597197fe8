import { bodyAxisOrder } from '#runner/imaging/grid.ts';
import { type Grid, spacingOf } from '#runner/imaging/volume.ts';

const LETTERS = ['RL', 'AP', 'SI'] as const;

/**
 * Where the three axes of storage run to, as nibabel's aff2axcodes says it (`RAS`), and how far they are from the
 * axes of the body at most, in degrees. `???` where no axis of storage is nearest to some axis of the body.
 */
export function orientationOf(grid: Grid): { orientation: string; obliqueDegrees: number } {
  const order = bodyAxisOrder(grid);
  if (order === null) return { orientation: '???', obliqueDegrees: 45 };
  const spacing = spacingOf(grid.affine);
  const letters = ['', '', ''];
  let cosine = 1;
  order.axes.forEach((axis, world) => {
    letters[axis] = LETTERS[world]![order.flipped[world] ? 1 : 0]!;
    cosine = Math.min(cosine, Math.abs(grid.affine[4 * world + axis]!) / spacing[axis]!);
  });
  return {
    orientation: letters.join(''),
    obliqueDegrees: Number(((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toFixed(2)),
  };
}
