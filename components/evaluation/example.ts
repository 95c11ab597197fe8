/**
 * The example slice for all metrics: a large lesion that is found but shifted, a small one that is only touched,
 * two that are missed, and one false positive. Four true lesions, three predicted. T: true only, P: predicted
 * only, B: both. Voxels are 1 mm wide.
 */
const PICTURE = `
........................................
........................................
.........................TT.............
........TTTTTTT.........TTTT............
......TTTTTTTTTTT.......TTTTP.....TT....
.....TTTTBBBBBBBBBP.....TTTBPPP..TTTT...
....TTTTBBBBBBBBBBBP.....TTBPPP...TT....
...TTTTBBBBBBBBBBBBBP......PPP..........
...TTTTBBBBBBBBBBBBBPP..................
...TTTTBBBBBBBBBBBBBPP..................
....TTTBBBBBBBBBBBBPP...................
....TTTBBBBBBBBBBBBPP.............PPP...
.....TTTBBBBBBBBBBPP.......T.....PPPPP..
......TTTTBBBBBBBP........TTT....PPPPP..
.........TTTTT.............T......PPP...
........................................
........................................`.trim();

const ROWS = PICTURE.split('\n');
export const WIDTH = ROWS[0]!.length;
export const HEIGHT = ROWS.length;

/** A voxel by its column and row, from the top left. */
export type Cell = readonly [x: number, y: number];

const CELLS: readonly { at: Cell; sign: string }[] = ROWS.flatMap((row, y) =>
  [...row].map((sign, x) => ({ at: [x, y] as const, sign })),
);
const cellsOf = (signs: string) => CELLS.filter(({ sign }) => signs.includes(sign)).map(({ at }) => at);

export const TRUE_CELLS = cellsOf('TB');
export const PREDICTED_CELLS = cellsOf('PB');
export const SHARED_CELLS = cellsOf('B');
export const BACKGROUND_CELLS = cellsOf('.');

/** Lesions of a mask: cells connected by their sides, in the order of their first cells. */
export function lesionsOf(cells: readonly Cell[]): Cell[][] {
  const left = new Map(cells.map((cell) => [cell.join(), cell]));
  const lesions: Cell[][] = [];
  for (const first of cells) {
    if (!left.delete(first.join())) continue;
    const lesion = [first];
    // The array grows during the iteration.
    for (const [x, y] of lesion) {
      for (const near of [`${x + 1},${y}`, `${x - 1},${y}`, `${x},${y + 1}`, `${x},${y - 1}`]) {
        const cell = left.get(near);
        if (cell && left.delete(near)) lesion.push(cell);
      }
    }
    lesions.push(lesion);
  }
  return lesions;
}

export function touches(a: readonly Cell[], b: readonly Cell[]): boolean {
  const cells = new Set(b.map(String));
  return a.some((cell) => cells.has(String(cell)));
}

/** A side of a cell between the mask and its outside: part of the mask’s surface in this slice. */
export type Side = readonly [x1: number, y1: number, x2: number, y2: number];

export function surfaceOf(cells: readonly Cell[]): Side[] {
  const mask = new Set(cells.map(String));
  return cells.flatMap(([x, y]) => {
    const sides: [Cell, Side][] = [
      [
        [x, y - 1],
        [x, y, x + 1, y],
      ],
      [
        [x, y + 1],
        [x, y + 1, x + 1, y + 1],
      ],
      [
        [x - 1, y],
        [x, y, x, y + 1],
      ],
      [
        [x + 1, y],
        [x + 1, y, x + 1, y + 1],
      ],
    ];
    return sides.filter(([outside]) => !mask.has(String(outside))).map(([, side]) => side);
  });
}

export interface Gap {
  from: Cell;
  to: Cell;
  mm: number;
}

/** From each corner of one surface to the nearest corner of the other, shortest first. */
export function gapsBetween(one: readonly Side[], other: readonly Side[]): Gap[] {
  const corners = cornersOf(other);
  return cornersOf(one)
    .map((from) => corners.map((to) => ({ from, to, mm: Math.hypot(from[0] - to[0], from[1] - to[1]) })))
    .map((gaps) => gaps.reduce((nearest, gap) => (gap.mm < nearest.mm ? gap : nearest)))
    .sort((a, b) => a.mm - b.mm);
}

function cornersOf(surface: readonly Side[]): Cell[] {
  const corners = surface.flatMap(([x1, y1, x2, y2]): Cell[] => [
    [x1, y1],
    [x2, y2],
  ]);
  return [...new Map(corners.map((corner) => [String(corner), corner])).values()];
}
