import type { ConsoleSummary, PhaseCounts, TriageEntry } from '#lib/api/pages/organizer.ts';
import {
  ERROR_EXPLANATIONS,
  isPlatformErrorCode,
  isSubmissionErrorCode,
} from '#lib/domain/evaluations/codes.ts';
import {
  EVALUATION_STATES,
  type EvaluationState,
  endedWithPlatformError,
} from '#lib/domain/evaluations/state.ts';
import type { Database } from '#lib/platform/database.ts';
import { readQueueLength } from '#lib/platform/queue/read-queue.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { isLatestAttempt } from './find-attempts.ts';

/** An error code is listed with this many teams. */
const TEAMS_SHOWN = 3;

/**
 * Reads the counts from what each evaluation stores about its cases. They are a moment old at most
 * (Site.consoleSummaries), because they are the same for every organizer and read every evaluation.
 */
export function readConsoleSummary(site: Site, challenge: Challenge): Promise<ConsoleSummary> {
  return site.consoleSummaries.read(challenge.id, async () => {
    const [counted, triage, queueLength] = await Promise.all([
      countAttempts(site.db, challenge.id),
      readTriage(site.db, challenge.id),
      readQueueLength(site.db),
    ]);
    const failures = counted.filter(endedWithPlatformError);
    return {
      counts: challenge.phases.map((phase) => toPhaseCounts(phase, counted)),
      platformFailures: failures.reduce((sum, { count }) => sum + count, 0),
      triage,
      queueLength,
    };
  });
}

interface Counted {
  phaseId: string;
  state: EvaluationState;
  code: string | null;
  count: number;
  oldestAt: Date;
}

function countAttempts(db: Database, challengeId: string): Promise<Counted[]> {
  return db.$queryRaw<Counted[]>`
    SELECT submission."phaseId", evaluation.state::text AS state, evaluation.code, count(*)::int AS count,
      min(evaluation."createdAt") AS "oldestAt"
    FROM "Phase" phase
    JOIN "Submission" submission ON submission."phaseId" = phase.id
    JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND ${isLatestAttempt}
    WHERE phase."challengeId" = ${challengeId}::uuid
    GROUP BY submission."phaseId", evaluation.state, evaluation.code`;
}

function toPhaseCounts(phase: Challenge['phases'][number], counted: readonly Counted[]): PhaseCounts {
  const rows = counted.filter(({ phaseId }) => phaseId === phase.id);
  const countOf = (wanted: EvaluationState) =>
    rows.filter(({ state }) => state === wanted).reduce((sum, { count }) => sum + count, 0);
  const queued = rows.filter(({ state }) => state === 'QUEUED').map(({ oldestAt }) => oldestAt.toISOString());
  return {
    phaseSlug: phase.slug,
    phaseTitle: phase.title,
    states: Object.fromEntries(
      EVALUATION_STATES.map((state) => [state, countOf(state)]),
    ) as PhaseCounts['states'],
    oldestQueuedAt: queued.sort()[0] ?? null,
  };
}

interface TriageRow {
  code: string;
  count: number;
  teamCount: number;
  teams: string[];
  latestAt: Date;
}

/** How many submissions each error code affects, the most frequent first. */
async function readTriage(db: Database, challengeId: string): Promise<TriageEntry[]> {
  const rows = await db.$queryRaw<TriageRow[]>`
    WITH affected AS (
      SELECT error.code, submission."teamId", count(*) AS count,
        max(coalesce(evaluation."finishedAt", evaluation."createdAt")) AS "latestAt"
      FROM "Phase" phase
      JOIN "Submission" submission ON submission."phaseId" = phase.id
      JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND ${isLatestAttempt}
      CROSS JOIN LATERAL (
        SELECT DISTINCT unnest(evaluation."caseCodes" || evaluation.code || evaluation."platformCode") AS code
      ) error
      WHERE phase."challengeId" = ${challengeId}::uuid
        AND (evaluation.code IS NOT NULL OR evaluation."platformCode" IS NOT NULL OR evaluation."failedCases" > 0)
        AND error.code IS NOT NULL
      GROUP BY error.code, submission."teamId"
    ), named AS (
      SELECT affected.*, team.name,
        row_number() OVER (PARTITION BY code ORDER BY count DESC, team.name) AS place
      FROM affected JOIN "Team" team ON team.id = affected."teamId"
    )
    SELECT code, sum(count)::int AS count, count(*)::int AS "teamCount", max("latestAt") AS "latestAt",
      array_agg(name ORDER BY place) FILTER (WHERE place <= ${TEAMS_SHOWN}) AS teams
    FROM named GROUP BY code ORDER BY count DESC, code`;
  return rows.map(({ latestAt, ...row }) => {
    const { code } = row;
    const known = isSubmissionErrorCode(code) || isPlatformErrorCode(code);
    return {
      ...row,
      side: isSubmissionErrorCode(code) ? ('team' as const) : ('platform' as const),
      meaning: ERROR_EXPLANATIONS[known ? code : 'INTERNAL'].meaning,
      latestAt: latestAt.toISOString(),
    };
  });
}
