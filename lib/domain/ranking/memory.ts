import type { PairTests } from './significance/pair-tests.ts';
import type { CaseColumn, ScoreTable } from './table.ts';
import type { Replicates } from './uncertainty/bootstrap.ts';

/**
 * What a ranking leaves for the next one of the same phase, where most submissions are the same: results that depend on one
 * or two submissions, and not on how they rank among the others.
 */
export interface RankingMemory {
  ids: readonly string[];
  table: ScoreTable;
  seed: number;
  /** Per metric. */
  tests: readonly (PairTests | null)[];
  /** Averages in each replicate, and their intervals; null where others or none were drawn. */
  averages: Pick<Replicates, 'count' | 'metricValues' | 'metricIntervals'> | null;
}

/** What is known already for a table. */
export interface Known {
  memory: RankingMemory;
  /** Per submission: its place in the memory; −1 if it is new or its results have changed. */
  places: Int32Array;
}

/** null if the memory is of other metrics or cases. Compares every value, so that it needs no trust in versions or IDs. */
export function findKnown(
  memory: RankingMemory | null,
  ids: readonly string[],
  table: ScoreTable,
): Known | null {
  if (!memory || !isOfSameCases(memory.table, table)) return null;
  const placeOf = new Map(memory.ids.map((id, place) => [id, place]));
  const places = Int32Array.from(ids, (id, s) => {
    const place = placeOf.get(id);
    return place !== undefined && hasSameResults(memory.table, place, table, s) ? place : -1;
  });
  return { memory, places };
}

/** null if the replicates were others. */
export function knownAverages(
  known: Known | null,
  { seed, replicates }: { seed: number; replicates: number },
): {
  places: Int32Array;
  /** Submissions of the earlier ranking. */
  count: number;
  values: Replicates['metricValues'];
  intervals: Replicates['metricIntervals'];
} | null {
  const averages = known?.memory.averages;
  if (!known || !averages || known.memory.seed !== seed || averages.count !== replicates) return null;
  const { length: count } = known.memory.ids;
  return { places: known.places, count, values: averages.metricValues, intervals: averages.metricIntervals };
}

function isOfSameCases(before: ScoreTable, now: ScoreTable): boolean {
  return (
    before.caseCount === now.caseCount &&
    before.summary === now.summary &&
    before.columns.length === now.columns.length &&
    before.columns.every((column, m) => {
      const other = now.columns[m]!;
      const { metric, better } = other.metric;
      if (column.metric.metric !== metric || column.metric.better !== better) return false;
      if (column.over === 'set' || other.over === 'set') return column.over === other.over;
      return column.counts.every((counts, c) => counts === other.counts[c]);
    })
  );
}

/** On the metrics per case; values over the set are never remembered. */
function hasSameResults(before: ScoreTable, place: number, now: ScoreTable, s: number): boolean {
  return now.columns.every((column, m) => {
    if (column.over === 'set') return true;
    const other = before.columns[m] as CaseColumn;
    for (let c = 0; c < now.caseCount; c++) {
      const cell = c * now.submissionCount + s;
      const otherCell = c * before.submissionCount + place;
      if (column.values[cell] !== other.values[otherCell]) return false;
      if (column.missing[cell] !== other.missing[otherCell]) return false;
    }
    return true;
  });
}
