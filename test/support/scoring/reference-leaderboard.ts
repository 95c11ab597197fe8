import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import type { CaseMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';

/**
 * The definition of both ranking methods and averages, literally and on lists: every replicate lists its sampled cases and counts, for
 * each submission, how many are strictly better. Shares only the random generator with the code under test.
 */
export interface Reference {
  submissions: RankedSubmission[];
  metrics: CaseMetric[];
  ranking: PhaseRules['ranking'];
  summary: PhaseRules['summary'];
  /** At most 79, so that the interval ends at the smallest and the largest value. */
  replicates: number;
  seed: number;
}

export function referenceLeaderboard(given: Reference) {
  const caseCount = given.submissions[0]!.cases.length;
  const source = seededSource(given.seed);
  const replicates = Array.from({ length: given.replicates }, () =>
    rankSample(
      given,
      Array.from({ length: caseCount }, () => randomBelow(source, caseCount)),
    ),
  );
  const ends = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  return {
    full: rankSample(
      given,
      Array.from({ length: caseCount }, (_, c) => c),
    ),
    rankInterval: (s: number) => ends(replicates.map(({ rank }) => rank[s]!)),
    valueInterval: (m: number, s: number) => {
      const values = replicates
        .map((replicate) => replicate.values[m]![s]!)
        .filter((value) => value !== null);
      return values.length === 0 ? null : ends(values);
    },
  };
}

function rankSample({ submissions, metrics, ranking, summary }: Reference, sampledCases: number[]) {
  const counted = metrics.map((metric) => sampledCases.filter((c) => !metric.undefinedCases?.has(c)));
  const average = summary === 'MEAN' ? meanOf : medianOf;
  const values = metrics.map((metric, m) =>
    submissions.map((submission) =>
      average(counted[m]!.map((c) => scoreOn(submission, c, metric) ?? metric.worst)),
    ),
  );
  const ranked = metrics.flatMap((metric, m) => {
    if (counted[m]!.length === 0) return [];
    const { weight, better } = metric;
    if (ranking === 'AGGREGATE_THEN_RANK') {
      return [{ weight, ranks: rankOf(values[m]!.map(rounded), better) }];
    }
    const perCase = counted[m]!.map((c) =>
      rankOf(
        submissions.map((submission) => rounded(scoreOn(submission, c, metric))),
        better,
      ),
    );
    return [{ weight, ranks: submissions.map((_, s) => meanOf(perCase.map((ranks) => ranks[s]!))!) }];
  });
  const weightSum = ranked.reduce((sum, { weight }) => sum + weight, 0);
  const meanRank = submissions.map((_, s) => {
    if (weightSum === 0) return 1;
    return rounded(ranked.reduce((sum, { weight, ranks }) => sum + (weight / weightSum) * ranks[s]!, 0))!;
  });
  return { values, meanRank, rank: rankOf(meanRank, 'lower') };
}

/** null where the submission failed or has no value. */
function scoreOn({ cases }: RankedSubmission, caseIndex: number, { metric }: CaseMetric): number | null {
  const result = cases[caseIndex]!;
  return result === 'failed' ? null : result[metric]!;
}

/** 1 plus the number of strictly better ones; any value is better than none. */
function rankOf(values: (number | null)[], better: CaseMetric['better']): number[] {
  const isBetter = (one: number | null, other: number | null) => {
    if (one === null || other === null) return one !== null && other === null;
    if (better === 'closer to 1') return rounded(Math.abs(one - 1))! < rounded(Math.abs(other - 1))!;
    return better === 'lower' ? one < other : one > other;
  };
  return values.map((own) => 1 + values.filter((other) => isBetter(other, own)).length);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(10));
}

function medianOf(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return values.length === 0 ? null : meanOf(middle);
}

function meanOf(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
