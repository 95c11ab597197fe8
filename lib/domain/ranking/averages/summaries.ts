import type { CaseSample } from '#lib/domain/ranking/methods/method.ts';
import type { CaseColumn, ScoreColumn, ScoreTable, SetColumn } from '#lib/domain/ranking/table.ts';
import { weightedMeans } from './means.ts';
import { prepareMedians } from './medians.ts';

/**
 * One number per submission for a sample of the cases: the mean or median of a metric, or its value over the set. In the
 * metric's unit and not rounded; NaN where a submission has no value, null where no submission has one.
 */
export type Summarize = (sample: CaseSample) => Float64Array | null;

/** @param known averages of replicates that are the same, and aren't computed again. */
export function prepareSummaries(table: ScoreTable, known: KnownAverages | null = null): Summarize[] {
  const { columns, summary, submissionCount } = table;
  return columns.map((column, m) => {
    const summarize = prepareSummary(column, summary, submissionCount);
    if (!known || column.over === 'set') return summarize;
    const { places, values, count } = known;
    const changed = [...places.keys()].filter((s) => places[s]! < 0);
    const ofChanged = prepareSummary(columnOf(column, changed, submissionCount), summary, changed.length);
    return recall(summarize, ofChanged, { changed, places, before: values[m]!, count });
  });
}

/** Averages of an earlier ranking in each replicate, and the place of each submission in it; −1 if its values are new. */
export interface KnownAverages {
  places: Int32Array;
  /** How many submissions that ranking had. */
  count: number;
  /** Of metric m and place p in replicate r at [m][r · count + p]. */
  values: readonly Float64Array[];
}

function recall(
  summarize: Summarize,
  summarizeChanged: Summarize,
  known: { changed: readonly number[]; places: Int32Array; before: Float64Array; count: number },
): Summarize {
  const { changed, places, before, count } = known;
  return (sample) => {
    const { replicate } = sample;
    if (replicate === null) return summarize(sample);
    const fresh = summarizeChanged(sample);
    if (fresh === null) return null;
    const values = new Float64Array(places.length);
    const start = replicate * count;
    for (let s = 0; s < values.length; s++) {
      const place = places[s]!;
      if (place >= 0) values[s] = before[start + place]!;
    }
    changed.forEach((s, at) => {
      values[s] = fresh[at]!;
    });
    return values;
  };
}

/** The column of some submissions only. */
function columnOf(column: CaseColumn, submissions: readonly number[], submissionCount: number): CaseColumn {
  const values = new Float64Array(column.counts.length * submissions.length);
  for (let c = 0; c < column.counts.length; c++) {
    submissions.forEach((s, at) => {
      values[c * submissions.length + at] = column.values[c * submissionCount + s]!;
    });
  }
  return { ...column, values };
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
