import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';

/**
 * Which sets of cases the sums over other sets tell about. Whoever knows the sums of a score over some sets of cases knows
 * every linear combination of them; if one is the indicator of a set, its sum, and so its mean, is known too: complements,
 * differences, and whatever several divisions give together.
 */

/** The arithmetic is modulo a prime whose square is exact in floating point. */
const PRIME = 67_108_859;
/** Combinations that are tried before the answer is "perhaps". */
const MAX_TRIED = 100_000;

/**
 * Whether the sums over all cases and over the `sets` tell the sum over some set of fewer than `min` cases, other than all
 * cases. Says yes where it would take too long to find out, and never no by mistake.
 *
 * Cases that are in the same sets can't be told apart, so that a derivable set is a union of such cells. A random
 * combination w of the cells that is orthogonal to all given sets is orthogonal to everything derivable: the search is for
 * a few small cells whose w add up to 0.
 *
 * @param sets of indices of cases; others than `all` are ignored.
 */
export function tellsFew(sets: readonly (readonly number[])[], all: readonly number[], min: number): boolean {
  const cells = cellsOf(sets, all);
  const small = orthogonal(cells, sets.length)
    .map((weight, at) => ({ weight, size: cells[at]!.size }))
    .filter(({ size }) => size < min);
  let tried = 0;
  const search = (from: number, weight: number, size: number): boolean => {
    for (let at = from; at < small.length; at++) {
      const total = size + small[at]!.size;
      if (total >= min) continue;
      if (++tried > MAX_TRIED) return true;
      const sum = (weight + small[at]!.weight) % PRIME;
      if (sum === 0 && total < all.length) return true;
      if (search(at + 1, sum, total)) return true;
    }
    return false;
  };
  return search(0, 0, 0);
}

interface Cell {
  /** By set: whether it has the cell's cases. */
  isIn: boolean[];
  size: number;
}

function cellsOf(sets: readonly (readonly number[])[], all: readonly number[]): Cell[] {
  const members = sets.map((cases) => new Set(cases));
  const cells = new Map<string, Cell>();
  for (const index of all) {
    const isIn = members.map((set) => set.has(index));
    const key = isIn.map(Number).join('');
    const cell = cells.get(key) ?? { isIn, size: 0 };
    cell.size += 1;
    cells.set(key, cell);
  }
  return [...cells.values()];
}

/** Per cell a number modulo PRIME, random but for this: over all cells, and over those of each set, they add up to 0. */
function orthogonal(cells: readonly Cell[], setCount: number): number[] {
  const rows = [
    cells.map(() => 1),
    ...Array.from({ length: setCount }, (_, set) => cells.map(({ isIn }) => Number(isIn[set]))),
  ];
  const pivots = eliminate(rows);
  // Any seed will do: nobody can aim at a combination.
  const source = seededSource(1);
  const weights = cells.map((_, cell) => (pivots.includes(cell) ? 0 : randomBelow(source, PRIME)));
  pivots.forEach((pivot, row) => {
    let sum = 0;
    rows[row]!.forEach((value, cell) => {
      if (cell !== pivot) sum = (sum + value * weights[cell]!) % PRIME;
    });
    weights[pivot] = (PRIME - sum) % PRIME;
  });
  return weights;
}

/** Gauss and Jordan: brings the rows to reduced echelon form, the pivots' first. @returns the pivot of each. */
function eliminate(rows: number[][]): number[] {
  const pivots: number[] = [];
  const width = rows[0]!.length;
  for (let column = 0; column < width && pivots.length < rows.length; column++) {
    const at = rows.findIndex((row, index) => index >= pivots.length && row[column] !== 0);
    if (at < 0) continue;
    const target = pivots.length;
    [rows[at], rows[target]] = [rows[target]!, rows[at]!];
    const factor = inverse(rows[target]![column]!);
    const pivotRow = rows[target]!.map((value) => (value * factor) % PRIME);
    rows[target] = pivotRow;
    rows.forEach((row, index) => {
      const by = index === target ? 0 : row[column]!;
      if (by !== 0) rows[index] = row.map((value, cell) => (value + (PRIME - by) * pivotRow[cell]!) % PRIME);
    });
    pivots.push(column);
  }
  return pivots;
}

/** By Fermat: a^(p − 2). */
function inverse(value: number): number {
  let result = 1;
  let power = value;
  for (let exponent = PRIME - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * power) % PRIME;
    power = (power * power) % PRIME;
  }
  return result;
}
