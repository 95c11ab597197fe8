import { weightedMeans } from '#lib/domain/ranking/averages/means.ts';
import type { Summarize } from '#lib/domain/ranking/averages/summaries.ts';
import type { CaseComparison } from '#lib/domain/ranking/cases/comparison.ts';
import type { Resample } from '#lib/domain/ranking/methods/method.ts';
import { forEachReplicate } from '#lib/domain/ranking/replicates.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { middleOfKnown } from './intervals.ts';

export interface BootstrapOptions {
  /** ≥ 1; with 1,000 an interval is from the 25th smallest to the 25th largest. */
  replicates: number;
  seed: number;
  /** Metrics have intervals of these summaries; without them, of what the method ranks each metric by. */
  summaries?: readonly Summarize[] | null;
  /** Also keep the means of these values in each replicate, for the rank ranges. */
  comparison?: CaseComparison | null;
  /** Intervals of submissions whose values are the same, per metric and place; its place is −1 for any other submission. */
  known?: { places: Int32Array; intervals: Replicates['metricIntervals'] } | null;
  /** Gets the number of replicates that are done. */
  onProgress?: (done: number) => void;
}

/**
 * What 1,000 draws of the cases would have given, which reflects only the choice of cases. Arrays are in the order of the
 * submissions.
 */
export interface Replicates {
  count: number;
  /** Rank of submission s in replicate r at [s][r]. */
  ranks: Float64Array[];
  /** The method's score, arranged like the ranks. */
  scores: Float64Array[];
  /** What has the intervals: of metric m and submission s in replicate r at [m][r · submissions + s]; NaN for none. */
  metricValues: Float64Array[];
  /** 95% interval per metric and submission; null if no replicate has a value, or none are known. */
  metricIntervals: ([number, number] | null)[][];
  /** Mean of the compared values of submission s in replicate r at [r · submissions + s]; NaN if no case was drawn. */
  comparisonMeans: Float64Array | null;
}

/**
 * Bootstrap over cases: each replicate samples as many cases as there are, with replacement and the same for
 * all submissions, and ranks them again (scoring.md, "Ranking").
 * @param resample the ranker of the same table.
 * @throws Error if a metric over the set has fewer replicates.
 */
export function bootstrapOverCases(
  table: ScoreTable,
  resample: Resample,
  { replicates, seed, summaries = null, comparison = null, known = null, onProgress }: BootstrapOptions,
): Replicates {
  const { submissionCount, caseCount, columns } = table;
  assertReplicates(table, replicates);
  const ranks = sampleRows(submissionCount, replicates);
  const scores = sampleRows(submissionCount, replicates);
  const values = columns.map(() => new Float64Array(replicates * submissionCount));
  const comparisonMeans = comparison && new Float64Array(replicates * submissionCount);
  forEachReplicate({ caseCount, seed, replicates }, (counts, replicate) => {
    const sample = { counts, replicate };
    const ranking = resample(sample);
    putColumn(ranks, replicate, ranking.ranks);
    putColumn(scores, replicate, ranking.scores);
    const metricValues = summaries ? summaries.map((summarize) => summarize(sample)) : ranking.metricScores();
    const start = replicate * submissionCount;
    metricValues.forEach((own, m) => void putRow(values[m]!, start, own, submissionCount));
    if (comparisonMeans) {
      const means = weightedMeans(comparison, submissionCount, counts);
      putRow(comparisonMeans, start, means, submissionCount);
    }
    onProgress?.(replicate + 1);
  });
  return {
    count: replicates,
    ranks,
    scores,
    comparisonMeans,
    metricValues: values,
    metricIntervals: columns.map((column, m) =>
      Array.from({ length: submissionCount }, (_, s) => {
        const place = known?.places[s] ?? -1;
        if (column.over === 'case' && place >= 0) return known!.intervals[m]![place]!;
        if (column.over === 'set' && column.replicates[s] === null) return null;
        const own = values[m]!;
        return middleOfKnown(
          Float64Array.from({ length: replicates }, (_, r) => own[r * submissionCount + s]!),
        );
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

function putColumn(rows: readonly Float64Array[], index: number, values: Float64Array): void {
  for (let s = 0; s < rows.length; s++) rows[s]![index] = values[s]!;
}

function putRow(matrix: Float64Array, start: number, values: Float64Array | null, length: number): void {
  if (values) matrix.set(values, start);
  else matrix.fill(Number.NaN, start, start + length);
}

function sampleRows(rows: number, length: number): Float64Array[] {
  return Array.from({ length: rows }, () => new Float64Array(length));
}
