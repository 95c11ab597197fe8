import { PLATFORM_ERROR_CODES } from '#lib/domain/evaluations/codes.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';

/**
 * In SQL, whether the container time of the row `evaluation` of `submission` counts for its team: unless a platform error
 * ended the attempt, organizers gave the quota back, or it is a baseline or a rehearsal of theirs.
 */
const counts = Prisma.sql`
  submission.standing IN ('RANKED', 'LATE') AND (evaluation.code IS NULL OR evaluation.code <> ALL (${[...PLATFORM_ERROR_CODES]}::text[]))
  AND NOT EXISTS (SELECT FROM "QuotaReturn" given WHERE given."submissionId" = submission.id)`;

/** How long the containers of a team ran in a phase, in seconds. */
export async function readComputeSeconds(
  db: Database | Transaction,
  { phaseId, teamId }: { phaseId: string; teamId: string },
): Promise<number> {
  const [row] = await db.$queryRaw<{ seconds: number }[]>`
    SELECT coalesce(sum(evaluation."containerSeconds"), 0) AS seconds
    FROM "Submission" submission JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id
    WHERE submission."phaseId" = ${phaseId}::uuid AND submission."teamId" = ${teamId}::uuid AND ${counts}`;
  return row!.seconds;
}

export interface ComputeRow {
  /** Of team and phase. */
  id: string;
  phaseId: string;
  teamSlug: string;
  teamName: string;
  submissions: number;
  seconds: number;
  /** The part of it that counts against a budget. */
  countedSeconds: number;
}

/** The same for every team of these phases that has submitted, the most first. @param after an ID of a row. */
export function readComputeOfTeams(
  db: Database,
  phaseIds: readonly string[],
  { after, limit }: { after: string | null; limit: number },
): Promise<ComputeRow[]> {
  const isBehind = after
    ? Prisma.sql`(-spent.seconds, spent.id) > (SELECT -seconds, id FROM spent WHERE id = ${after})`
    : Prisma.sql`TRUE`;
  return db.$queryRaw<ComputeRow[]>`
    WITH spent AS (
      SELECT submission."phaseId" || ' ' || submission."teamId" AS id, submission."phaseId", submission."teamId",
        count(DISTINCT submission.id)::int AS submissions, sum(evaluation."containerSeconds") AS seconds,
        coalesce(sum(evaluation."containerSeconds") FILTER (WHERE ${counts}), 0) AS "countedSeconds"
      FROM "Submission" submission JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id
      WHERE submission."phaseId" = ANY (${[...phaseIds]}::uuid[])
      GROUP BY submission."phaseId", submission."teamId"
    )
    SELECT spent.id, spent."phaseId", team.slug AS "teamSlug", team.name AS "teamName", spent.submissions,
      spent.seconds, spent."countedSeconds"
    FROM spent JOIN "Team" team ON team.id = spent."teamId"
    WHERE ${isBehind} ORDER BY spent.seconds DESC, spent.id LIMIT ${limit}`;
}
