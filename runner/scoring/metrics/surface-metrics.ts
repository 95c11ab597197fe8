import type { Triple } from '#runner/imaging/volume.ts';
import { squaredDistances } from '#runner/scoring/geometry/nearest.ts';
import type { RunLengths } from '#runner/scoring/geometry/run-lengths.ts';
import { type Surface, surfaceOf } from '#runner/scoring/geometry/surface.ts';
import { surfaceAreas } from '#runner/scoring/geometry/surface-area.ts';

/** Distances in mm, and shares of the area. If exactly one mask is empty, the distances are null. */
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
 * Headers store the spacing as float32, so a distance of one 1 mm voxel may be computed as 1.0000001 mm.
 * Distances up to this much above the tolerance count as within it.
 */
const TOLERANCE_SLACK_MM = 1e-5;

/** Relative tolerance of the area share, so that 19 of 20 equal elements are 95% in any summation order. */
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
 * @param spacing of the truth's grid, in mm.
 */
export function surfaceMetrics(truth: RunLengths, prediction: RunLengths, spacing: Triple): SurfaceMetrics {
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
 * The smallest distance at which the share of the area reaches 95%, without interpolation. Avoids sorting:
 * the range is divided into bins, and the search continues in the bin in which the share is reached.
 */
function percentileOf({ distance, area, total, largest }: Direction): number {
  const targetArea = total * PERCENTILE * (1 - SHARE_SLACK);
  let remaining: Range = { distance, area, low: 0, high: largest };
  /** Area of all distances below the remaining ones. */
  let below = 0;
  while (remaining.low < remaining.high) {
    const areaOfBin = new Float64Array(BINS);
    for (let i = 0; i < remaining.distance.length; i++) {
      areaOfBin[binOf(remaining.distance[i]!, remaining)]! += remaining.area[i]!;
    }
    let bin = 0;
    while (bin < BINS - 1 && below + areaOfBin[bin]! < targetArea) below += areaOfBin[bin++]!;
    const chosen = elementsOfBin(remaining, bin);
    // If rounding keeps the sum below the share, no bin reaches it, and the largest distance is returned.
    if (chosen.distance.length === 0) return remaining.high;
    remaining = chosen;
  }
  return remaining.high;
}

interface Range {
  distance: Float64Array;
  area: Float64Array;
  /** All distances are between them. */
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
