import type { Better } from '#lib/domain/ranking/ranks.ts';
import type { RecordedAnalysis } from '#lib/domain/ranking/recorded.ts';
import { type RankedRow, rankedRows } from '#lib/domain/ranking/rows.ts';
import { shortenHistory } from '#lib/domain/ranking/score-history.ts';
import type { ScoredEvaluation } from '#lib/platform/rows/scored-evaluations.ts';
import { type BaselineScores, describeBaselines } from './baselines.ts';
import { type SnapshotContent, type SnapshotRow, toStoredScore } from './snapshot.ts';

/** Submissions of a team in the line of its scores over time. */
const MAX_HISTORY = 24;

type DescribedKey =
  | 'teamSlug'
  | 'teamName'
  | 'algorithm'
  | 'submittedAt'
  | 'submissionCount'
  | 'history'
  | 'failed';

/** A ranking without what is read from the submissions. */
export type RankedContent = Omit<SnapshotContent, 'rows' | 'baselines' | 'versions' | 'updatedAt'> & {
  rows: Omit<SnapshotRow, DescribedKey>[];
  baselines: BaselineScores[];
};

/** What is stored of an analysis, but for baselines and strata. @param submissions of the analysis, in its order. */
export function describeAnalysis({
  analysis,
  submissions,
}: RecordedAnalysis): Omit<RankedContent, 'baselines' | 'strata'> {
  const { uncertainty, compared, leader } = analysis;
  return {
    rows: rankedRows(analysis, submissions).map(toStoredRow),
    tau: uncertainty?.tau ?? null,
    falseOrder: uncertainty?.falseOrder ?? [],
    comparedBy: compared?.of ?? null,
    leader: leader && { mean: leader.mean, corrected: leader.corrected },
  };
}

function toStoredRow({ scores, ...row }: Omit<RankedRow, 'failed'>): RankedContent['rows'][number] {
  return {
    ...row,
    scores: scores.map(toStoredScore),
  };
}

/**
 * Adds what a leaderboard shows beside the ranks.
 * @param shown all scored submissions of the phase, and its baselines.
 * @param better of the primary metric.
 */
export function describeSnapshot(
  { rows, tau, falseOrder, comparedBy, leader, strata, ...ranked }: RankedContent,
  { scored, baselines }: { scored: readonly ScoredEvaluation[]; baselines: readonly ScoredEvaluation[] },
  better: Better,
): Omit<SnapshotContent, 'versions'> {
  const bySubmission = new Map(scored.map((evaluation) => [evaluation.submission.id, evaluation]));
  const byTeam = Map.groupBy(scored, ({ submission }) => submission.team.slug);
  const updatedAt = Math.max(
    0,
    ...[...scored, ...baselines].map(({ finishedAt }) => finishedAt?.getTime() ?? 0),
  );
  return {
    ...{ tau, falseOrder, comparedBy, leader, strata },
    baselines: describeBaselines(ranked.baselines, baselines),
    rows: rows.map((row) => {
      const { failedCases, submission } = bySubmission.get(row.id)!;
      const { team, algorithm, createdAt } = submission;
      const ofTeam = byTeam.get(team.slug)!;
      return {
        ...row,
        failed: failedCases,
        teamSlug: team.slug,
        teamName: team.name,
        algorithm,
        submittedAt: createdAt.toISOString(),
        submissionCount: ofTeam.length,
        history: historyOf(ofTeam, better),
      };
    }),
    updatedAt: updatedAt === 0 ? null : new Date(updatedAt).toISOString(),
  };
}

function historyOf(ofTeam: readonly ScoredEvaluation[], better: Better): SnapshotRow['history'] {
  const points = ofTeam.map(({ submission, mean }) => ({ at: submission.createdAt, value: mean }));
  points.sort((left, right) => left.at.getTime() - right.at.getTime());
  return shortenHistory(points, better, MAX_HISTORY).map(({ at, value }) => [
    Math.floor(at.getTime() / 60_000),
    value,
  ]);
}
