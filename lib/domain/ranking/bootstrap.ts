import type { Ranker } from './method.ts';
import { randomBelow, seededSource, type Uint32Source } from './random.ts';
import type { ScoreTable } from './table.ts';

/** Share of the replicates below the lower end, and above the upper end, of a 95% interval. */
const TAIL_SHARE = 0.025;

/** 95% intervals that reflect only the choice of cases. Arrays are in the order of the submissions. */
export interface Uncertainty {
  rankIntervals: [number, number][];
  /** Per metric; null if no replicate has a mean. */
  meanIntervals: ([number, number][] | null)[];
}

/**
 * Bootstrap over cases: each replicate samples as many cases as there are, with replacement and the same for
 * all submissions, and ranks them again (scoring.md, "Uncertainty"). One generator (`seededSource(seed)`) is
 * used for all replicates in sequence, so that the same seed gives the same page.
 * @param ranker of the same table.
 * @param replicates ≥ 1; with 1,000 the interval is from the 25th smallest to the 25th largest.
 */
export function bootstrapOverCases(
  table: ScoreTable,
  ranker: Ranker,
  { replicates, seed }: { replicates: number; seed: number },
): Uncertainty {
  const { submissionCount, caseCount, columns } = table;
  const source = seededSource(seed);
  const sampleCounts = new Uint32Array(caseCount);
  const ranks = sampleRows(submissionCount, replicates);
  const means = columns.map(() => sampleRows(submissionCount, replicates));
  const meanCounts = new Uint32Array(columns.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    sampleCases(source, sampleCounts);
    const ranking = ranker.rank(sampleCounts);
    for (let s = 0; s < submissionCount; s++) ranks[s]![replicate] = ranking.ranks[s]!;
    ranking.means.forEach((ofMetric, m) => {
      if (ofMetric === null) return;
      const meanCount = meanCounts[m]!++;
      for (let s = 0; s < submissionCount; s++) means[m]![s]![meanCount] = ofMetric[s]!;
    });
  }
  return {
    rankIntervals: ranks.map(middle95),
    meanIntervals: means.map((rows, m) => {
      const meanCount = meanCounts[m]!;
      return meanCount === 0 ? null : rows.map((row) => middle95(row.subarray(0, meanCount)));
    }),
  };
}

/**
 * The middle 95% of a sample: its k-th smallest and k-th largest value, where k is 2.5% of the sample rounded
 * down and at least 1 (25 of 1,000). Reorders `sample`.
 */
export function middle95(sample: Float64Array): [number, number] {
  const fromEnd = Math.max(1, Math.floor(sample.length * TAIL_SHARE));
  const low = fromEnd - 1;
  const high = sample.length - fromEnd;
  select(sample, low, 0);
  // Everything from `low` on is at least as large as what is there.
  select(sample, high, Math.min(low, high));
  return [sample[low]!, sample[high]!];
}

/**
 * Moves the value of rank `k` (from 0, ascending) to `values[k]`, with no larger one before it and no smaller
 * one behind it (quickselect, Hoare 1961). Those before `from` are known to be no larger than the rest.
 */
function select(values: Float64Array, k: number, from: number): void {
  let left = from;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}

/**
 * Samples as many cases as there are, with replacement; `sampleCounts` contains how often each was chosen.
 */
function sampleCases(source: Uint32Source, sampleCounts: Uint32Array): void {
  sampleCounts.fill(0);
  for (let sampled = 0; sampled < sampleCounts.length; sampled++)
    sampleCounts[randomBelow(source, sampleCounts.length)]! += 1;
}

function sampleRows(rows: number, length: number): Float64Array[] {
  return Array.from({ length: rows }, () => new Float64Array(length));
}
