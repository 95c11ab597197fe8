import type { Ranker } from './method.ts';
import { forEachReplicate } from './replicates.ts';
import type { ScoreTable } from './table.ts';

/** Share of the replicates below the lower end, and above the upper end, of a 95% interval. */
const TAIL_SHARE = 0.025;

/** 95% intervals that reflect only the choice of cases. Arrays are in the order of the submissions. */
export interface Uncertainty {
  rankIntervals: [number, number][];
  /** Per metric and submission, of what the table summarizes; null if no replicate has a value, or none are known. */
  valueIntervals: ([number, number] | null)[][];
}

/**
 * Bootstrap over cases: each replicate samples as many cases as there are, with replacement and the same for
 * all submissions, and ranks them again (scoring.md, "Uncertainty").
 * @param ranker of the same table.
 * @param replicates ≥ 1; with 1,000 the interval is from the 25th smallest to the 25th largest.
 * @throws Error if a metric over the set has fewer replicates.
 */
export function bootstrapOverCases(
  table: ScoreTable,
  ranker: Ranker,
  { replicates, seed }: { replicates: number; seed: number },
): Uncertainty {
  const { submissionCount, caseCount, columns } = table;
  assertReplicates(table, replicates);
  const ranks = sampleRows(submissionCount, replicates);
  const values = columns.map(() => sampleRows(submissionCount, replicates));
  forEachReplicate({ caseCount, seed, replicates }, (counts, replicate) => {
    const ranking = ranker.rank({ counts, replicate });
    for (let s = 0; s < submissionCount; s++) ranks[s]![replicate] = ranking.ranks[s]!;
    ranking.values.forEach((ofMetric, m) => {
      const rows = values[m]!;
      for (let s = 0; s < submissionCount; s++) rows[s]![replicate] = ofMetric?.[s] ?? Number.NaN;
    });
  });
  return {
    rankIntervals: ranks.map(middle95),
    valueIntervals: columns.map((column, m) =>
      values[m]!.map((row, s) => {
        const isKnown = column.over === 'case' || column.replicates[s] !== null;
        return isKnown ? middleOfKnown(row) : null;
      }),
    ),
  };
}

function assertReplicates({ columns }: ScoreTable, replicates: number): void {
  for (const column of columns) {
    if (column.over === 'case') continue;
    const fewest = Math.min(...column.replicates.map((own) => own?.length ?? replicates));
    if (fewest < replicates) {
      throw new Error(`${column.metric.metric} has ${fewest} replicates where ${replicates} are needed.`);
    }
  }
}

/** The middle 95% of the values that aren't NaN. Reorders `sample`. */
function middleOfKnown(sample: Float64Array): [number, number] | null {
  let known = 0;
  for (const value of sample) if (!Number.isNaN(value)) sample[known++] = value;
  return known === 0 ? null : middle95(sample.subarray(0, known));
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

function sampleRows(rows: number, length: number): Float64Array[] {
  return Array.from({ length: rows }, () => new Float64Array(length));
}
