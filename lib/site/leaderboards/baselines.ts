import type { LeaderboardBaseline } from '#lib/api/leaderboards/leaderboards.ts';
import { roundOrNull, roundTo } from '#lib/domain/metrics/rounding.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import { analyzeRecorded } from '#lib/domain/ranking/recorded.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import { rankedRows } from '#lib/domain/ranking/rows.ts';
import type { Database } from '#lib/platform/database.ts';
import type { ScoredEvaluation } from '#lib/platform/rows/scored-evaluations.ts';
import type { RankedPhase } from './ranked-phase.ts';
import { readRecordedValues } from './recorded-values.ts';
import { type SnapshotBaseline, toStoredScore } from './snapshot.ts';

/** The scores of a baseline, without what is read from its submission. */
export type BaselineScores = Pick<SnapshotBaseline, 'id' | 'failed' | 'scores'>;

/**
 * Averages and intervals of the baselines of a phase. They are computed apart from the ranking, on the same cases and
 * resamples, so that nothing in the ranking can depend on a baseline.
 */
export async function scoreBaselines(
  db: Database,
  { testSet, ...phase }: RankedPhase,
  { baselines, heldBack }: { baselines: readonly ScoredEvaluation[]; heldBack: readonly boolean[] },
): Promise<BaselineScores[]> {
  if (baselines.length === 0) return [];
  const recordedOf = await readRecordedValues(db, phase, {
    evaluations: baselines.map(({ id }) => id),
    caseCount: testSet.caseCount,
    heldBack,
  });
  const recorded = analyzeRecorded({
    ...phase,
    submissions: baselines.map(({ id, submission }) => ({
      // Each counts, whosever it is.
      ...{ id: submission.id, team: submission.id, submittedAt: submission.createdAt },
      ...recordedOf(id),
    })),
    worst: testSet.worst,
    replicates: REPLICATES,
  });
  if (!recorded) return [];
  return rankedRows(recorded.analysis, recorded.submissions).map(({ id, failed, scores }) => ({
    ...{ id, failed },
    scores: scores.map((score) => toStoredScore({ ...score, rank: null })),
  }));
}

/** Adds what a leaderboard shows beside the scores, in the order of the names. */
export function describeBaselines(
  rows: readonly BaselineScores[],
  baselines: readonly ScoredEvaluation[],
): SnapshotBaseline[] {
  const scoresOf = new Map(rows.map(({ id, failed, scores }) => [id, { failed, scores }]));
  return baselines
    .flatMap(({ submission }): SnapshotBaseline[] => {
      const { id, team, algorithm, createdAt, baseline } = submission;
      const scores = scoresOf.get(id);
      if (!scores) return [];
      return [
        {
          ...{ id, name: baseline!, teamSlug: team.slug, teamName: team.name, algorithm },
          ...{ submittedAt: createdAt.toISOString(), ...scores },
        },
      ];
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** As it is shown to everyone. @param decimals of the phase. */
export function toBaseline({ id, scores, ...row }: SnapshotBaseline, decimals: number): LeaderboardBaseline {
  return {
    ...row,
    submissionId: id,
    submittedAt: startOfMinute(new Date(row.submittedAt)).toISOString(),
    scores: scores.map(([value, low, high]) => ({
      value: roundOrNull(value, decimals),
      interval: low === null || high === null ? null : [roundTo(low, decimals), roundTo(high, decimals)],
    })),
  };
}
