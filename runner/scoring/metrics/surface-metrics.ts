import type { Triple } from '#runner/imaging/volume.ts';
import { squaredDistances } from '#runner/scoring/geometry/nearest.ts';
import type { Runs } from '#runner/scoring/geometry/run-lengths.ts';
import { type Surface, surfaceOf } from '#runner/scoring/geometry/surface.ts';
import { surfaceAreas } from '#runner/scoring/geometry/surface-area.ts';

/** Distances in mm, shares of area. All null but the shares where exactly one mask is empty. */
export interface SurfaceMetrics {
  hd95: number | null;
  hd: number | null;
  assd: number | null;
  nsd_1mm: number;
  nsd_2mm: number;
}

const BOTH_EMPTY: SurfaceMetrics = { hd95: 0, hd: 0, assd: 0, nsd_1mm: 1, nsd_2mm: 1 };
const ONE_EMPTY: SurfaceMetrics = { hd95: null, hd: null, assd: null, nsd_1mm: 0, nsd_2mm: 0 };

/**
 * Headers keep the spacing as float32, so a distance of one voxel of 1 mm may come out as 1.0000001 mm; within
 * this of the tolerance counts as within it.
 */
const TOLERANCE_SLACK_MM = 1e-5;

/** Of a share of the area: so that 19 of 20 equal elements are 95 % whatever the order of the sum. */
const SHARE_SLACK = 1e-12;

const PERCENTILE = 0.95;
const BINS = 1024;

/** Distances of one surface's elements to the other surface, with the area of each. */
interface Direction {
  distance: Float64Array;
  area: Float64Array;
  total: number;
  largest: number;
}

/**
 * Surface distances as in google-deepmind/surface-distance (scoring.md, "Surface distance").
 *
 * @param spacing of the truth's grid, in mm.
 */
export function surfaceMetrics(truth: Runs, prediction: Runs, spacing: Triple): SurfaceMetrics {
  if (truth.voxels === 0 && prediction.voxels === 0) return BOTH_EMPTY;
  if (truth.voxels === 0 || prediction.voxels === 0) return ONE_EMPTY;
  const areas = surfaceAreas(spacing);
  const [t, p] = [surfaceOf(truth), surfaceOf(prediction)];
  const there = direction(t, p, spacing, areas);
  const back = direction(p, t, spacing, areas);
  const total = there.total + back.total;
  return {
    hd95: Math.max(percentileOf(there), percentileOf(back)),
    hd: Math.max(there.largest, back.largest),
    assd: (momentOf(there) + momentOf(back)) / total,
    nsd_1mm: (areaWithin(there, 1) + areaWithin(back, 1)) / total,
    nsd_2mm: (areaWithin(there, 2) + areaWithin(back, 2)) / total,
  };
}

function direction(from: Surface, to: Surface, spacing: Triple, areas: Float64Array): Direction {
  const distance = squaredDistances(from, to, spacing);
  const area = new Float64Array(from.length);
  let total = 0;
  let largest = 0;
  for (let i = 0; i < from.length; i++) {
    const d = Math.sqrt(distance[i]!);
    const a = areas[from.code[i]!]!;
    distance[i] = d;
    area[i] = a;
    total += a;
    if (d > largest) largest = d;
  }
  return { distance, area, total, largest };
}

function momentOf({ distance, area }: Direction): number {
  let moment = 0;
  for (let i = 0; i < distance.length; i++) moment += distance[i]! * area[i]!;
  return moment;
}

function areaWithin({ distance, area }: Direction, toleranceMm: number): number {
  let within = 0;
  for (let i = 0; i < distance.length; i++)
    if (distance[i]! <= toleranceMm + TOLERANCE_SLACK_MM) within += area[i]!;
  return within;
}

/**
 * The first distance, ascending, at which the share of the area reaches 95 %; no interpolation. Found without
 * sorting: the range is cut into bins, and the elements of the bin in which the share is reached go on.
 */
function percentileOf({ distance, area, total, largest }: Direction): number {
  const wanted = total * PERCENTILE * (1 - SHARE_SLACK);
  let left: Range = { distance, area, low: 0, high: largest };
  /** Area of all distances below those that are left. */
  let below = 0;
  while (left.low < left.high) {
    const areaOfBin = new Float64Array(BINS);
    for (let i = 0; i < left.distance.length; i++) {
      areaOfBin[binOf(left.distance[i]!, left)]! += left.area[i]!;
    }
    let bin = 0;
    while (bin < BINS - 1 && below + areaOfBin[bin]! < wanted) below += areaOfBin[bin++]!;
    const chosen = elementsOfBin(left, bin);
    // No bin reaches the share where rounding leaves the sum short of it: the largest it is.
    if (chosen.distance.length === 0) return left.high;
    left = chosen;
  }
  return left.high;
}

interface Range {
  distance: Float64Array;
  area: Float64Array;
  /** All distances lie between them. */
  low: number;
  high: number;
}

function binOf(distance: number, { low, high }: Range): number {
  return Math.min(BINS - 1, Math.floor(((distance - low) / (high - low)) * BINS));
}

function elementsOfBin(range: Range, bin: number): Range {
  const { distance, area } = range;
  let count = 0;
  for (let i = 0; i < distance.length; i++) if (binOf(distance[i]!, range) === bin) count++;
  const chosen = {
    distance: new Float64Array(count),
    area: new Float64Array(count),
    low: range.high,
    high: range.low,
  };
  for (let i = 0, at = 0; at < count; i++) {
    const d = distance[i]!;
    if (binOf(d, range) !== bin) continue;
    chosen.distance[at] = d;
    chosen.area[at++] = area[i]!;
    if (d < chosen.low) chosen.low = d;
    if (d > chosen.high) chosen.high = d;
  }
  return chosen;
}
