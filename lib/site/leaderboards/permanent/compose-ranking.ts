import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import type { PermanentEntry, PermanentRanking } from '#lib/api/rankings/permanent.ts';
import type { TombstoneView } from '#lib/api/rankings/tombstones.ts';
import { withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { decodeCaseValues } from '#lib/domain/evaluations/case-values.ts';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { caseDecimals, roundTo } from '#lib/domain/metrics/rounding.ts';
import type { RankedLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';

/** What the database holds of a ranking, all at one moment. */
export interface RankedFacts {
  challenge: PermanentRanking['challenge'];
  testSet: PermanentRanking['testSet'] & { worst: Readonly<Record<string, number>> };
  /** As everybody sees it. */
  leaderboard: RankedLeaderboard;
  /** The same on the cases of each stratum that is shown. */
  strata: readonly RankedLeaderboard[];
  codeVersion: number;
  key: string;
  /** By submission. */
  evaluations: ReadonlyMap<string, string>;
  /** Of an open phase, by evaluation, then by metric: CaseValues.values. */
  caseValues: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>> | null;
  /** For each case of the test set, whether everything that is shown leaves it out; empty for none. */
  heldBack: readonly boolean[];
  tombstones: TombstoneView[];
}

/**
 * The permanent form of a ranking: what everybody sees, and which evaluations, rules and code it came from. It has no
 * time of its own, so that the same ranking has the same checksum whenever it is composed.
 */
export function composeRanking(facts: RankedFacts): PermanentRanking {
  const { leaderboard, testSet, caseValues } = facts;
  const { phase, ranking, summary, counting, decimals, replicates, seed, metrics } = leaderboard;
  const { slug, title, kind, opensAt, closesAt } = phase;
  const { sha256, worst } = testSet;
  return {
    format: 'heldout-ranking',
    version: 1,
    challenge: facts.challenge,
    phase: { slug, title, kind, opensAt, closesAt },
    method: {
      ...{ ranking, summary, counting, decimals, replicates, seed },
      ...{ codeVersion: facts.codeVersion, key: facts.key },
    },
    testSet: { caseCount: leaderboard.caseCount, sha256, ...(caseValues && { worst }) },
    metrics,
    entries: leaderboard.entries.map((entry) => composeEntry(entry, facts)),
    // A ranking without baselines keeps the checksum that it had before there were any.
    ...(leaderboard.baselines.length > 0 && {
      baselines: leaderboard.baselines.map((baseline) => ({
        ...baseline,
        evaluationId: evaluationOf(baseline.submissionId, facts),
      })),
    }),
    ...(facts.strata.length > 0 && { strata: facts.strata.map(composeStratum) }),
    tombstones: facts.tombstones,
    updatedAt: leaderboard.updatedAt,
  };
}

function composeEntry(entry: LeaderboardEntry, facts: RankedFacts): PermanentEntry {
  const { teamSlug, teamName, submissionId, algorithm, submittedAt } = entry;
  const evaluationId = evaluationOf(submissionId, facts);
  const values = facts.caseValues?.get(evaluationId);
  // In this order since the first version, because the checksum is of the text.
  const { scores, ...ranked } = composeRank(entry);
  return {
    ...{ teamSlug, teamName, submissionId, evaluationId, algorithm, submittedAt },
    ...{ ...ranked, submissionCount: entry.submissionCount, scores },
    ...(values && { cases: composeCases(values, facts) }),
  };
}

function evaluationOf(submissionId: string, { evaluations }: RankedFacts): string {
  const id = evaluations.get(submissionId);
  if (id === undefined) throw new Error(`Submission ${submissionId} is ranked without a score.`);
  return id;
}

function composeRank({ rank, rankRange, tier, meanRank, failed, scores }: LeaderboardEntry) {
  return {
    ...{ rank, rankRange, tier, meanRank, failed },
    scores: scores.map(({ value, interval, rank: ofMetric }) => ({ value, interval, rank: ofMetric })),
  };
}

function composeStratum({
  stratum: id,
  strata,
  metrics,
  entries,
}: RankedLeaderboard): NonNullable<PermanentRanking['strata']>[number] {
  return {
    ...strata.find((one) => one.id === id)!,
    metrics: metrics.map(({ metric }) => metric),
    entries: entries.map((entry) => ({ submissionId: entry.submissionId, ...composeRank(entry) })),
  };
}

function composeCases(
  values: ReadonlyMap<string, Uint8Array>,
  { testSet, heldBack, leaderboard: { metrics, decimals } }: RankedFacts,
): NonNullable<PermanentEntry['cases']> {
  const cases = withoutHeldBack(decodeCaseValues(values, testSet.caseCount), heldBack);
  const places = caseDecimals(decimals);
  const ofCases = metrics.filter(({ metric }) => values.has(metric));
  return Object.fromEntries(
    ofCases.map(({ metric }) => [metric, cases.map((one) => composeCase(one, metric, places))]),
  );
}

function composeCase({ status, metrics, undefinedMetrics }: RecordedCase, metric: string, places: number) {
  if (undefinedMetrics.includes(metric)) return 'undefined';
  if (status !== 'SCORED') return 'failed';
  const value = metrics[metric] ?? null;
  return value === null ? null : roundTo(value, places);
}
