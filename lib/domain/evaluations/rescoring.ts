import { z } from 'zod';
import type { RescoreReport } from './rescore.ts';

/** What is stored of a phase that was scored again, beside the scores in force. */

/** By metric. */
export const versionsSchema = z.record(z.string(), z.int());
export type MetricVersions = z.infer<typeof versionsSchema>;

const countsSchema = z.object({
  scoredAgain: z.int(),
  failed: z.int(),
  notKept: z.int(),
  lost: z.int(),
});

export const rescoringReportSchema = z.object({
  changed: z.boolean(),
  summary: z.enum(['MEAN', 'MEDIAN']),
  cases: countsSchema,
  submissions: z.array(
    z.object({
      submissionId: z.string(),
      team: z.string(),
      algorithm: z.string(),
      rankBefore: z.int().nullable(),
      rankAfter: z.int().nullable(),
      isWhole: z.boolean(),
      cases: countsSchema,
      metrics: z.array(
        z.object({
          metric: z.string(),
          versionBefore: z.int().nullable(),
          version: z.int(),
          valueBefore: z.number().nullable(),
          valueAfter: z.number().nullable(),
          changedCases: z.int(),
          over: z.enum(['case', 'set']),
          isRescored: z.boolean(),
        }),
      ),
    }),
  ),
});
export type RescoringReport = z.infer<typeof rescoringReportSchema>;

/** Submissions whose rank is another one by the new scores. */
export function countRankChanges({ submissions }: RescoringReport): number {
  return submissions.filter(({ rankBefore, rankAfter }) => rankBefore !== rankAfter).length;
}

/** The metrics that would have another version, as in `dice v2`. */
export function renewedMetrics({ submissions }: RescoringReport): string[] {
  const names = submissions
    .flatMap(({ metrics }) => metrics)
    .filter(({ version, versionBefore }) => version !== versionBefore)
    .map(({ metric, version }) => `${metric} v${version}`);
  return [...new Set(names)];
}

/** Without single cases, which the rescored evaluations have. */
export function toStoredReport(report: RescoreReport): RescoringReport {
  return {
    ...report,
    submissions: report.submissions.map(({ changes: _, ...submission }) => submission),
  };
}

/**
 * The versions of metrics that a leaderboard has: those of the rescoring that was published last, or else of the
 * submission that was scored first. Scores of other versions aren't ranked.
 */
export function leaderboardVersions(
  published: MetricVersions | null,
  scored: readonly { finishedAt: Date | null; versions: MetricVersions }[],
): MetricVersions | null {
  if (published) return published;
  const time = ({ finishedAt }: { finishedAt: Date | null }) => finishedAt?.getTime() ?? 0;
  const first = scored.reduce<(typeof scored)[number] | null>(
    (found, one) => (found === null || time(one) < time(found) ? one : found),
    null,
  );
  return first?.versions ?? null;
}

/** Whether scores have the versions of a leaderboard, for the metrics that it shows. */
export function hasVersions(
  versions: MetricVersions,
  leaderboard: MetricVersions,
  metrics: readonly { metric: string }[],
): boolean {
  return metrics.every(({ metric }) => versions[metric] === leaderboard[metric]);
}
