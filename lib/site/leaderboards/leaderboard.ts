import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards.ts';
import { fillMissingCases } from '#lib/domain/evaluations/fill-missing-cases.ts';
import { METRICS } from '#lib/domain/metrics/metrics.ts';
import { roundOrNull, roundTo } from '#lib/domain/metrics/rounding.ts';
import type { RankedRow } from '#lib/domain/ranking/leaderboard.ts';
import { rankRecorded } from '#lib/domain/ranking/recorded.ts';
import { axisOver } from '#lib/domain/statistics/axis.ts';
import { readRecordedCases } from '#lib/platform/rows/case-score.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { findScoredEvaluations, type ScoredEvaluation } from '#lib/platform/rows/scored-evaluations.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import { leaderboardMetrics, type PhaseWithTestSet, phaseSummary } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * The leaderboard of a phase: all scored submissions, ranked on request. It isn't stored, only cached in
 * memory under a key of its inputs. Scored evaluations never change, so a cached ranking stays valid until
 * there is a new score.
 */
export type PhaseLeaderboard = Pick<
  LeaderboardView,
  'phase' | 'counting' | 'decimals' | 'caseCount' | 'replicates' | 'seed' | 'metrics' | 'axis' | 'entries'
> & { updatedAt: string | null };

const REPLICATES = 1000;

export async function readLeaderboard(
  site: Pick<Site, 'db' | 'now' | 'rankings'>,
  phase: PhaseWithTestSet,
): Promise<PhaseLeaderboard> {
  const scored = await findScoredEvaluations(site.db, phase.id);
  const caseCount = phase.testSet?.caseCount ?? 0;
  const ranked = caseCount === 0 ? [] : await readRanking(site, phase, caseCount, scored);
  const entries = leaderboardEntries(phase, ranked, scored);
  const newest = scored.map(({ finishedAt }) => finishedAt?.toISOString() ?? '').sort();
  const metrics = leaderboardMetrics(phase);
  const shown = entries.flatMap(({ scores: [primary] }) => [
    ...(primary?.interval ?? []),
    primary?.mean ?? [],
  ]);
  return {
    phase: phaseSummary(phase, site.now()),
    counting: phase.counting,
    decimals: phase.decimals,
    caseCount,
    replicates: REPLICATES,
    seed: phase.seed,
    metrics,
    axis: axisOver(shown.flat(), METRICS[phase.metrics[0]!.metric].range),
    entries,
    updatedAt: newest.at(-1) || null,
  };
}

function readRanking(
  site: Pick<Site, 'db' | 'rankings'>,
  phase: PhaseWithTestSet,
  caseCount: number,
  scored: readonly ScoredEvaluation[],
): Promise<RankedRow[]> {
  const { id, testSetId, metrics, counting, seed } = phase;
  const source = [id, testSetId, metrics, counting, seed, scored.map((evaluation) => evaluation.id)];
  return site.rankings.get(source, () => rank(site, phase, caseCount, scored));
}

async function rank(
  { db }: Pick<Site, 'db'>,
  phase: PhaseWithTestSet,
  caseCount: number,
  scored: readonly ScoredEvaluation[],
): Promise<RankedRow[]> {
  const testSet = testSetFromRow(
    await db.testSet.findUniqueOrThrow({ where: { id: phase.testSetId ?? '' } }),
  );
  const cases = await readRecordedCases(
    db,
    scored.map(({ id }) => id),
  );
  const submissions = scored.map(({ id, submission: { id: submissionId, createdAt, team } }) => ({
    id: submissionId,
    team: team.slug,
    submittedAt: createdAt,
    cases: fillMissingCases(caseCount, cases.get(id) ?? []),
  }));
  return rankRecorded({
    submissions,
    metrics: phase.metrics,
    worst: testSet.worst,
    counting: phase.counting,
    replicates: REPLICATES,
    seed: phase.seed,
  });
}

function leaderboardEntries(
  phase: Phase,
  ranked: readonly RankedRow[],
  scored: readonly ScoredEvaluation[],
): LeaderboardEntry[] {
  const round = (value: number) => roundTo(value, phase.decimals);
  return ranked.map(({ id, rank, rankInterval, meanRank, failed, scores }) => {
    const { team, algorithm, createdAt } = scored.find(({ submission }) => submission.id === id)!.submission;
    return {
      teamSlug: team.slug,
      teamName: team.name,
      submissionId: id,
      algorithm,
      submittedAt: createdAt.toISOString(),
      rank,
      rankInterval,
      meanRank: roundTo(meanRank, 2),
      failed,
      submissionCount: scored.filter(({ submission }) => submission.team.slug === team.slug).length,
      scores: scores.map(({ mean, interval, rank: metricRank }) => ({
        mean: roundOrNull(mean, phase.decimals),
        interval: interval && [round(interval[0]), round(interval[1])],
        rank: metricRank,
      })),
    };
  });
}
