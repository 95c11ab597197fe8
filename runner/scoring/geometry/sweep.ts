import type { Triple } from '#runner/imaging/volume.ts';
import { extentOf } from './int-list.ts';
import type { Surface } from './surface.ts';

/**
 * Exact distances of many elements at once: a separable Euclidean distance transform (Felzenszwalb and
 * Huttenlocher, "Distance Transforms of Sampled Functions", 2012) that proceeds slice by slice and is
 * evaluated only at the queried elements.
 *
 *   1. Along z: the nearest element of each column of the target, tracked by a cursor that moves with the slice.
 *   2. Along y: the lower envelope of the parabolas of a plane's columns, at the queried rows.
 *   3. Along x: the same for the planes' values in a row, at the queried elements.
 *
 * Neighboring slices have similar distances, so elements further away than those of the previous slice, plus
 * a margin, are skipped at first. If a resulting distance exceeds that bound, the slice is repeated without
 * it.
 */

const BOUND_FACTOR = 1.1;
const BOUND_SLICES = 2;

/**
 * The elements of the target. Planes of equal x contain columns of equal x and y; a column is in ascending z.
 */
interface Columns {
  /** For each plane. */
  x: Int32Array;
  /** Columns of plane p are planeStart[p] … planeStart[p + 1] − 1. */
  planeStart: Int32Array;
  /** For each column. */
  y: Int32Array;
  /** Elements of column c are z[columnStart[c]] … z[columnStart[c + 1] − 1]. */
  columnStart: Int32Array;
  z: Int32Array;
  /** The element of each column that is nearest to the slice. */
  nearest: Int32Array;
}

/**
 * Writes the squared distances in mm² from the listed elements of `from` to the nearest of `to`. Both
 * surfaces are ordered by z, y, x, and the list is ascending; neither is empty.
 */
export function sweep(
  from: Surface,
  listed: Int32Array,
  to: Surface,
  spacing: Triple,
  squared: Float64Array,
): void {
  const slices = new Slices(from, to, spacing, squared);
  let bound = Number.POSITIVE_INFINITY;
  for (let start = 0, end = 0; start < listed.length; start = end) {
    const z = from.z[listed[start]!]!;
    while (end < listed.length && from.z[listed[end]!] === z) end++;
    const slice = listed.subarray(start, end);
    let largest = slices.measure(slice, bound);
    if (largest > bound) largest = slices.measure(slice, Number.POSITIVE_INFINITY);
    bound = (BOUND_FACTOR * Math.sqrt(largest) + BOUND_SLICES * spacing[2]) ** 2;
  }
}

class Slices {
  private readonly from: Surface;
  private readonly columns: Columns;
  private readonly spacing: Triple;
  private readonly squared: Float64Array;
  private readonly plane: Envelope;
  private readonly line: Envelope;
  /** The queried rows, ascending. */
  private readonly rows: Int32Array;
  /** The planes with a column within the bound, and their values at each of the rows. */
  private readonly active: Int32Array;
  private readonly values: Float64Array;

  constructor(from: Surface, to: Surface, spacing: Triple, squared: Float64Array) {
    this.from = from;
    this.columns = columnsOf(to);
    this.spacing = spacing;
    this.squared = squared;
    const planes = this.columns.x.length;
    this.plane = new Envelope(1 + extentOf(to.y)[1], spacing[1]);
    this.line = new Envelope(1 + this.columns.x[planes - 1]!, spacing[0]);
    this.rows = new Int32Array(1 + extentOf(from.y)[1]);
    this.active = new Int32Array(planes);
    this.values = new Float64Array(planes * this.rows.length);
  }

  /**
   * Measures the elements of one slice and returns the largest squared distance. Distances above `bound` may
   * be wrong.
   */
  measure(slice: Int32Array, bound: number): number {
    const { from, columns, rows, values, active, line, squared } = this;
    const rowCount = this.findRows(slice);
    const z = from.z[slice[0]!]!;
    let activeCount = 0;
    for (let p = 0; p < columns.x.length; p++) {
      if (!this.raisePlane(p, z, bound)) continue;
      this.plane.evaluate(rows, rowCount, values, activeCount * rowCount);
      active[activeCount++] = columns.x[p]!;
    }
    let largest = 0;
    for (let row = 0, at = 0; row < rowCount; row++) {
      line.clear();
      for (let a = 0; a < activeCount; a++) {
        const height = values[a * rowCount + row]!;
        if (height <= bound) line.add(active[a]!, height);
      }
      for (; at < slice.length && from.y[slice[at]!] === rows[row]; at++) {
        const distance = line.at(from.x[slice[at]!]!);
        squared[slice[at]!] = distance;
        if (distance > largest) largest = distance;
      }
    }
    return largest;
  }

  private findRows(slice: Int32Array): number {
    let count = 0;
    for (let i = 0; i < slice.length; i++) {
      const y = this.from.y[slice[i]!]!;
      if (count === 0 || this.rows[count - 1] !== y) this.rows[count++] = y;
    }
    return count;
  }

  /**
   * Adds a parabola for each column of a plane, as high as the distance of its nearest element from slice z.
   * Returns false if there is none.
   */
  private raisePlane(p: number, z: number, bound: number): boolean {
    const { planeStart, columnStart, nearest, y, z: ofElement } = this.columns;
    const { plane, spacing } = this;
    plane.clear();
    const end = planeStart[p + 1]!;
    for (let column = planeStart[p]!; column < end; column++) {
      const last = columnStart[column + 1]! - 1;
      let element = nearest[column]!;
      let distance = Math.abs(ofElement[element]! - z);
      while (element < last) {
        const next = Math.abs(ofElement[element + 1]! - z);
        if (next > distance) break;
        distance = next;
        element++;
      }
      nearest[column] = element;
      const mm = distance * spacing[2];
      if (mm * mm <= bound) plane.add(y[column]!, mm * mm);
    }
    return plane.count > 0;
  }
}

/** The lower envelope of parabolas of equal width along one axis: min over p of (q − p)² + f(p). */
class Envelope {
  count = 0;
  private readonly step: number;
  private latest = 0;
  /** Grid indices. */
  private readonly foot: Int32Array;
  private readonly height: Float64Array;
  /** The grid index (a fraction) from which each parabola is the lowest. */
  private readonly start: Float64Array;
  /**
   * 1 / (2 · steps · step²) by the number of steps between two feet, precomputed because divisions dominate
   * the cost.
   */
  private readonly shift: Float64Array;

  /** @param length all grid indices are below it. */
  constructor(length: number, step: number) {
    this.step = step;
    this.foot = new Int32Array(length);
    this.height = new Float64Array(length);
    this.start = new Float64Array(length);
    this.shift = Float64Array.from({ length }, (_, steps) => 1 / (2 * steps * step * step));
  }

  clear(): void {
    this.count = 0;
    this.latest = 0;
  }

  /** Adds a parabola of height `height` with its foot at a grid index after all previous ones. */
  add(index: number, height: number): void {
    const { foot, height: heights, start: starts, shift } = this;
    let count = this.count;
    let start = Number.NEGATIVE_INFINITY;
    while (count > 0) {
      const before = foot[count - 1]!;
      start = (index + before) / 2 + (height - heights[count - 1]!) * shift[index - before]!;
      if (start > starts[count - 1]!) break;
      count--;
      start = Number.NEGATIVE_INFINITY;
    }
    foot[count] = index;
    heights[count] = height;
    starts[count] = start;
    this.count = count + 1;
  }

  /** The envelope at a grid index, which must ascend from call to call; infinity if there is no parabola. */
  at(index: number): number {
    if (this.count === 0) return Number.POSITIVE_INFINITY;
    let latest = this.latest;
    while (latest + 1 < this.count && this.start[latest + 1]! <= index) latest++;
    this.latest = latest;
    const d = (index - this.foot[latest]!) * this.step;
    return d * d + this.height[latest]!;
  }

  /**
   * Evaluates the first `count` of ascending grid indices and writes the values from `at` on. Requires a
   * parabola.
   */
  evaluate(indices: Int32Array, count: number, into: Float64Array, at: number): void {
    const { foot, height, start, step, count: parabolas } = this;
    let latest = 0;
    for (let i = 0; i < count; i++) {
      const index = indices[i]!;
      while (latest + 1 < parabolas && start[latest + 1]! <= index) latest++;
      const d = (index - foot[latest]!) * step;
      into[at + i] = d * d + height[latest]!;
    }
  }
}

/** Two counting sorts, by y and then by x; both keep the order of z. */
function columnsOf(to: Surface): Columns {
  const byY = sortedBy(to.y, null);
  const byX = sortedBy(to.x, byY);
  const x: number[] = [];
  const planeStart: number[] = [];
  const y = new Int32Array(to.length);
  const columnStart = new Int32Array(to.length + 1);
  const z = new Int32Array(to.length);
  let columns = 0;
  for (let i = 0; i < to.length; i++) {
    const element = byX[i]!;
    z[i] = to.z[element]!;
    const isNewPlane = x.length === 0 || x[x.length - 1] !== to.x[element];
    if (isNewPlane) {
      x.push(to.x[element]!);
      planeStart.push(columns);
    }
    if (isNewPlane || y[columns - 1] !== to.y[element]) {
      y[columns] = to.y[element]!;
      columnStart[columns++] = i;
    }
  }
  columnStart[columns] = to.length;
  planeStart.push(columns);
  const nearest = columnStart.slice(0, columns);
  return { x: Int32Array.from(x), planeStart: Int32Array.from(planeStart), y, columnStart, z, nearest };
}

/** Indices in ascending order of their values; equal values keep the order of `order`, or their own. */
function sortedBy(values: Int32Array, order: Int32Array | null): Int32Array {
  const next = new Int32Array(2 + extentOf(values)[1]);
  for (let i = 0; i < values.length; i++) next[values[i]! + 1]!++;
  for (let v = 1; v < next.length; v++) next[v]! += next[v - 1]!;
  const sorted = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const index = order === null ? i : order[i]!;
    sorted[next[values[index]!]!++] = index;
  }
  return sorted;
}
