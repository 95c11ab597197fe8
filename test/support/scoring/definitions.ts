import type { Triple } from '#runner/imaging/volume.ts';

/**
 * Reference implementation of the metrics, written directly from docs/participants/scoring.md, voxel by voxel
 * and pair by pair. It is slow, and shares nothing with the scorer except the area of a surface code (which
 * has its own test).
 */

/** The first axis varies fastest; 1 is foreground. */
export interface Mask {
  shape: Triple;
  voxels: readonly number[];
}

export const isSet = ({ shape, voxels }: Mask, x: number, y: number, z: number): boolean =>
  x >= 0 &&
  y >= 0 &&
  z >= 0 &&
  x < shape[0] &&
  y < shape[1] &&
  z < shape[2] &&
  voxels[x + shape[0] * (y + shape[1] * z)] === 1;

type Voxel = [number, number, number];

export function foreground(mask: Mask): Voxel[] {
  const found: Voxel[] = [];
  const [nx, ny, nz] = mask.shape;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) if (isSet(mask, x, y, z)) found.push([x, y, z]);
    }
  }
  return found;
}

const nameOf = (voxel: Voxel) => voxel.join(' ');

/** Flood fill: two voxels touch if they differ by at most 1 on 1, 2 or 3 axes. */
export function lesions(mask: Mask, connectivity: 6 | 18 | 26): Set<string>[] {
  const axes = { 6: 1, 18: 2, 26: 3 }[connectivity];
  const left = new Map(foreground(mask).map((voxel) => [nameOf(voxel), voxel]));
  const found: Set<string>[] = [];
  for (const [name, voxel] of left) {
    if (!left.delete(name)) continue;
    const lesion = new Set([name]);
    const queue = [voxel];
    for (const [x, y, z] of queue) {
      for (const [other, [a, b, c]] of [...left]) {
        const steps = [Math.abs(a - x), Math.abs(b - y), Math.abs(c - z)];
        if (Math.max(...steps) > 1 || steps.filter((step) => step > 0).length > axes) continue;
        left.delete(other);
        lesion.add(other);
        queue.push([a, b, c]);
      }
    }
    found.push(lesion);
  }
  return found;
}

const sharedOf = (a: Set<string>, b: Set<string>) => [...a].filter((voxel) => b.has(voxel)).length;

export function lesionF1(truth: Mask, prediction: Mask, connectivity: 6 | 18 | 26): number {
  const t = lesions(truth, connectivity);
  const p = lesions(prediction, connectivity);
  if (t.length + p.length === 0) return 1;
  const tp = t.filter((lesion) => p.some((other) => sharedOf(lesion, other) > 0)).length;
  const fp = p.filter((lesion) => t.every((other) => sharedOf(lesion, other) === 0)).length;
  return tp / (tp + (fp + t.length - tp) / 2);
}

/** Tries every one-to-one matching. */
export function lesionF1Iou25(truth: Mask, prediction: Mask, connectivity: 6 | 18 | 26): number {
  const t = lesions(truth, connectivity);
  const p = lesions(prediction, connectivity);
  if (t.length + p.length === 0) return 1;
  const iou = t.map((a) => p.map((b) => sharedOf(a, b) / (a.size + b.size - sharedOf(a, b))));
  let best = { sum: 0, matches: 0 };
  const choose = (row: number, used: ReadonlySet<number>, sum: number, matches: number) => {
    const tie = Math.abs(sum - best.sum) < 1e-9;
    if (tie ? matches > best.matches : sum > best.sum) best = { sum, matches };
    if (row === t.length) return;
    choose(row + 1, used, sum, matches);
    for (const [column, value] of iou[row]!.entries()) {
      if (value >= 0.25 && !used.has(column))
        choose(row + 1, new Set([...used, column]), sum + value, matches + 1);
    }
  };
  choose(0, new Set(), 0, 0);
  const [fn, fp] = [t.length - best.matches, p.length - best.matches];
  return (2 * best.matches) / (2 * best.matches + fp + fn);
}

/** Among the pairs whose lesions are both free, takes the one with the largest IoU, until none reaches 0.25. */
export function lesionF1Greedy25(truth: Mask, prediction: Mask, connectivity: 6 | 18 | 26): number {
  const t = lesions(truth, connectivity);
  const p = lesions(prediction, connectivity);
  if (t.length + p.length === 0) return 1;
  const [freeT, freeP] = [new Set(t), new Set(p)];
  let matches = 0;
  for (;;) {
    let best: { iou: number; pair: [Set<string>, Set<string>] } | null = null;
    // Lesions are found by their first voxels in file order, so the first of equal pairs is taken.
    for (const b of freeP) {
      for (const a of freeT) {
        const iou = sharedOf(a, b) / (a.size + b.size - sharedOf(a, b));
        if (iou >= 0.25 && iou > (best?.iou ?? 0)) best = { iou, pair: [a, b] };
      }
    }
    if (best === null) break;
    freeT.delete(best.pair[0]);
    freeP.delete(best.pair[1]);
    matches++;
  }
  return (2 * matches) / (2 * matches + freeT.size + freeP.size);
}

interface Element {
  at: Voxel;
  area: number;
}

/** Corners of voxels whose eight neighbors are not all equal. */
export function surface(mask: Mask, areas: ArrayLike<number>): Element[] {
  const elements: Element[] = [];
  const [nx, ny, nz] = mask.shape;
  for (let z = 0; z <= nz; z++) {
    for (let y = 0; y <= ny; y++) {
      for (let x = 0; x <= nx; x++) {
        let code = 0;
        for (let bit = 0; bit < 8; bit++) {
          const inside = isSet(mask, x - 1 + (bit & 1), y - 1 + ((bit >> 1) & 1), z - 1 + (bit >> 2));
          if (inside) code += 2 ** bit;
        }
        if (code > 0 && code < 255) elements.push({ at: [x, y, z], area: areas[code]! });
      }
    }
  }
  return elements;
}

function distancesTo(from: Element[], to: Element[], spacing: Triple): { d: number; area: number }[] {
  return from.map(({ at, area }) => ({
    area,
    d: Math.min(
      ...to.map((other) =>
        Math.hypot(...at.map((value, axis) => (value - other.at[axis]!) * spacing[axis]!)),
      ),
    ),
  }));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export function surfaceDistances(truth: Mask, prediction: Mask, spacing: Triple, areas: ArrayLike<number>) {
  const [t, p] = [surface(truth, areas), surface(prediction, areas)];
  if (t.length === 0 && p.length === 0) return { hd95: 0, hd: 0, assd: 0, nsd_1mm: 1, nsd_2mm: 1 };
  if (t.length === 0 || p.length === 0) return { hd95: null, hd: null, assd: null, nsd_1mm: 0, nsd_2mm: 0 };
  const directions = [distancesTo(t, p, spacing), distancesTo(p, t, spacing)];
  const all = directions.flat();
  const total = sum(all.map(({ area }) => area));
  const within = (mm: number) => sum(all.filter(({ d }) => d <= mm + 1e-5).map(({ area }) => area)) / total;
  const percentile = (direction: { d: number; area: number }[]) => {
    const whole = sum(direction.map(({ area }) => area));
    let reached = 0;
    for (const { d, area } of direction.toSorted((a, b) => a.d - b.d)) {
      reached += area;
      if (reached / whole >= 0.95 - 1e-12) return d;
    }
    throw new Error('unreachable: the total area reaches 95 % of itself');
  };
  return {
    hd95: Math.max(...directions.map(percentile)),
    hd: Math.max(...all.map(({ d }) => d)),
    assd: sum(all.map(({ d, area }) => d * area)) / total,
    nsd_1mm: within(1),
    nsd_2mm: within(2),
  };
}

/** Every distinct probability is a threshold; precision and recall are computed from scratch at each. */
export function averagePrecisionOf(truth: Mask, map: readonly number[]): number {
  const lesion = truth.voxels;
  const total = lesion.filter((voxel) => voxel === 1).length;
  if (total === 0) return map.some((p) => p >= 0.5) ? 0 : 1;
  let area = 0;
  let recallBefore = 0;
  for (const threshold of [...new Set(map)].toSorted((a, b) => b - a)) {
    const called = map.filter((p) => p >= threshold).length;
    const hits = map.filter((p, i) => p >= threshold && lesion[i] === 1).length;
    area += (hits / total - recallBefore) * (hits / called);
    recallBefore = hits / total;
  }
  return area;
}

/** The points of the curve, one for each distinct probability, and (0, 1); the area below the lines between them. */
export function trapezoidAreaOf(truth: Mask, map: readonly number[]): number {
  const lesion = truth.voxels;
  const total = lesion.filter((voxel) => voxel === 1).length;
  if (total === 0) return new Set(map).size === 1 ? 1 : 0;
  const points = [...new Set(map)].map((threshold) => {
    const called = map.filter((p) => p >= threshold).length;
    const hits = map.filter((p, i) => p >= threshold && lesion[i] === 1).length;
    return { threshold, recall: hits / total, precision: hits / called };
  });
  const curve = [{ recall: 0, precision: 1 }, ...points.toSorted((a, b) => b.threshold - a.threshold)];
  return sum(
    curve.slice(1).map(({ recall, precision }, i) => {
      const before = curve[i]!;
      return ((recall - before.recall) * (precision + before.precision)) / 2;
    }),
  );
}

/** All metrics of one case; `map` is undefined if the phase takes no maps, null if none was submitted. */
export function defineAll(
  truth: Mask,
  prediction: Mask,
  options: {
    spacing: Triple;
    connectivity: 6 | 18 | 26;
    areas: ArrayLike<number>;
    map?: readonly number[] | null;
  },
) {
  const { spacing, connectivity, areas, map } = options;
  const t = new Set(foreground(truth).map(nameOf));
  const p = new Set(foreground(prediction).map(nameOf));
  const grid = truth.shape[0] * truth.shape[1] * truth.shape[2];
  const tp = sharedOf(t, p);
  const fp = p.size - tp;
  const tn = grid - t.size - fp;
  const bothEmpty = t.size + p.size === 0;
  const voxelMl = (spacing[0] * spacing[1] * spacing[2]) / 1000;
  return {
    dice: bothEmpty ? 1 : (2 * tp) / (p.size + t.size),
    volume_difference: Math.abs(p.size - t.size) * voxelMl,
    volume_difference_voxels: Math.abs(p.size - t.size),
    lesion_count_difference: Math.abs(
      lesions(prediction, connectivity).length - lesions(truth, connectivity).length,
    ),
    lesion_f1: lesionF1(truth, prediction, connectivity),
    lesion_f1_iou25: lesionF1Iou25(truth, prediction, connectivity),
    lesion_f1_greedy25: lesionF1Greedy25(truth, prediction, connectivity),
    precision: bothEmpty ? 1 : p.size === 0 ? 0 : tp / p.size,
    sensitivity: bothEmpty ? 1 : t.size === 0 ? null : tp / t.size,
    specificity: tn + fp === 0 ? null : tn / (tn + fp),
    ...surfaceDistances(truth, prediction, spacing, areas),
    pr_auc: map === undefined ? null : map === null ? 0 : averagePrecisionOf(truth, map),
    pr_auc_trapezoid: map === undefined ? null : map === null ? 0 : trapezoidAreaOf(truth, map),
  };
}
