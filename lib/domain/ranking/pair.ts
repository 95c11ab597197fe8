import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { prepareSummaries, type Summarize } from './averages/summaries.ts';
import { allCases, type CaseSample } from './methods/method.ts';
import { type Better, costOf } from './ranks.ts';
import { forEachReplicate } from './replicates.ts';
import { testPairs } from './significance/pair-tests.ts';
import type { CaseColumn, ScoreColumn, ScoreTable } from './table.ts';
import { middleOfKnown } from './uncertainty/intervals.ts';

/** On how many of the cases that count the first of two submissions is better, neither, or the second. */
export interface Outcomes {
  wins: number;
  ties: number;
  losses: number;
}

/** Two submissions compared by one metric. */
export interface PairedMetric {
  metric: string;
  /** What the phase shows of both: mean, median or value over the set; null without a value. */
  values: [number | null, number | null];
  /** Of the first minus the second, in the metric's unit; null without both values. */
  difference: number | null;
  /** Middle 95% of the difference over the replicates. */
  interval: [number, number] | null;
  /**
   * Probability that their order by this metric is false: the share of replicates in which it is the other way round;
   * equal values count half. Null without a difference.
   */
  falseOrder: number | null;
  /** Null for a metric over the set. */
  outcomes: Outcomes | null;
  /** Of a two-sided paired Wilcoxon signed-rank test, not adjusted: the pair was picked by the reader. */
  p: number | null;
}

/**
 * Compares two submissions by each metric, in the replicates that the leaderboard draws.
 * @param table of the two submissions.
 */
export function comparePair(table: ScoreTable, draws: { seed: number; replicates: number }): PairedMetric[] {
  if (table.submissionCount !== 2) throw new Error(`A pair has 2 submissions, not ${table.submissionCount}.`);
  const summaries = prepareSummaries(table);
  const full = summaries.map((summarize) => bothOf(summarize, allCases(table)));
  const drawn = table.columns.map(() => new Float64Array(draws.replicates));
  const costs = table.columns.map(() => new Float64Array(draws.replicates));
  forEachReplicate({ ...draws, caseCount: table.caseCount }, (counts, replicate) => {
    summaries.forEach((summarize, m) => {
      const [a, b] = bothOf(summarize, { counts, replicate });
      const { better } = table.columns[m]!.metric;
      drawn[m]![replicate] = a - b;
      costs[m]![replicate] = roundScore(costOf(a, better) - costOf(b, better));
    });
  });
  return table.columns.map((column, m) => pairedMetric(column, full[m]!, drawn[m]!, costs[m]!));
}

function bothOf(summarize: Summarize, sample: CaseSample): [number, number] {
  const values = summarize(sample);
  return [values?.[0] ?? Number.NaN, values?.[1] ?? Number.NaN];
}

function pairedMetric(
  column: ScoreColumn,
  [a, b]: [number, number],
  differences: Float64Array,
  costs: Float64Array,
): PairedMetric {
  const { metric, better } = column.metric;
  const isKnown = !Number.isNaN(a - b);
  // Without replicates of both, a metric over the set is the same in each.
  const isDrawn = column.over === 'case' || column.replicates.every((own) => own !== null);
  const sign = Math.sign(roundScore(costOf(a, better) - costOf(b, better)));
  return {
    metric,
    values: [numberOrNull(a), numberOrNull(b)],
    difference: isKnown ? a - b : null,
    interval: isKnown && isDrawn ? middleOfKnown(differences) : null,
    falseOrder: isKnown && isDrawn ? shareReversed(costs, sign) : null,
    outcomes: column.over === 'case' ? countOutcomes(column) : null,
    p: column.over === 'case' ? pairP(column) : null,
  };
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** @param sign of the difference in costs by all cases; 0 where the two tie, which has no order to be false. */
function shareReversed(costs: Float64Array, sign: number): number | null {
  if (sign === 0) return null;
  let [reversed, known] = [0, 0];
  for (const cost of costs) {
    if (Number.isNaN(cost)) continue;
    known += 1;
    if (cost === 0) reversed += 0.5;
    else if (Math.sign(cost) !== sign) reversed += 1;
  }
  return known === 0 ? null : reversed / known;
}

/** A failed case is strictly worse than any value, and two failures tie (scoring.md, "From cases to a score"). */
function countOutcomes({ values, missing, counts, metric }: CaseColumn): Outcomes {
  const outcomes: Outcomes = { wins: 0, ties: 0, losses: 0 };
  counts.forEach((counted, c) => {
    if (counted === 0) return;
    const sign = missing[2 * c]! - missing[2 * c + 1]! || costDifference(values, c, metric.better);
    if (sign < 0) outcomes.wins += 1;
    else if (sign > 0) outcomes.losses += 1;
    else outcomes.ties += 1;
  });
  return outcomes;
}

/** Rounded before a tie is decided, like every difference in a ranking. */
function costDifference(values: Float64Array, c: number, better: Better): number {
  return roundScore(costOf(values[2 * c]!, better) - costOf(values[2 * c + 1]!, better));
}

function pairP({ values, counts, metric }: CaseColumn): number | null {
  if (!counts.includes(1)) return null;
  const costs = values.map((value) => costOf(value, metric.better));
  return testPairs({ values: costs, counts }, 2).p[0]!;
}
