import type { CaseSample } from '#lib/domain/ranking/methods/method.ts';
import type { ScoreColumn, ScoreTable, SetColumn } from '#lib/domain/ranking/table.ts';
import { weightedMeans } from './means.ts';
import { prepareMedians } from './medians.ts';

/**
 * One number per submission for a sample of the cases: the mean or median of a metric, or its value over the set. In the
 * metric's unit and not rounded; NaN where a submission has no value, null where no submission has one.
 */
export type Summarize = (sample: CaseSample) => Float64Array | null;

export function prepareSummaries({ columns, summary, submissionCount }: ScoreTable): Summarize[] {
  return columns.map((column) => prepareSummary(column, summary, submissionCount));
}

function prepareSummary(
  column: ScoreColumn,
  summary: ScoreTable['summary'],
  submissionCount: number,
): Summarize {
  if (column.over === 'set') return (sample) => setValues(column, sample);
  if (summary === 'MEAN') return ({ counts }) => weightedMeans(column, submissionCount, counts);
  const medians = prepareMedians(column, submissionCount);
  return ({ counts }) => medians(counts);
}

/** A submission without replicates has the same value in each. */
function setValues({ values, replicates }: SetColumn, { replicate }: CaseSample): Float64Array | null {
  const sampled = replicate === null ? values : values.map((value, s) => replicates[s]?.[replicate] ?? value);
  return sampled.every(Number.isNaN) ? null : sampled;
}
