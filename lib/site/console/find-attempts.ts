import type { SubmissionEntry } from '#lib/api/pages/organizer.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { Database } from '#lib/platform/database.ts';
import { SHORT_ID_LENGTH, shortId } from '#lib/site/challenges/phase-view.ts';
import { newestFirst, type Slice } from '#lib/site/read-page.ts';
import { Prisma } from '#prisma-client';

/** In SQL, whether the row `evaluation` is the latest attempt of its submission. */
export const isLatestAttempt = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM "Evaluation" later
  WHERE later."submissionId" = evaluation."submissionId"
    AND (later."createdAt", later.id) > (evaluation."createdAt", evaluation.id))`;

export interface AttemptFilter {
  state?: EvaluationState | undefined;
  /** An error code of the attempt or of one of its cases. */
  code?: string | undefined;
  /** Part of the name of a team or an algorithm, or the start or the short form of a submission's ID. */
  q?: string | undefined;
}

interface Row extends Omit<SubmissionEntry, 'shortId' | 'phaseSlug' | 'phaseTitle' | 'createdAt'> {
  phaseId: string;
  teamId: string;
  createdAt: Date;
}

/** A message is shown only as a hint. */
const MESSAGE_CHARACTERS = 300;

/**
 * Submissions of these phases with their latest attempts, newest first. Each phase is read in the order of its
 * index until there are enough, and PostgreSQL knows how many submissions each has when it plans that. So the
 * first page costs the same however many submissions the site has.
 */
export async function findAttempts(
  db: Database,
  phases: readonly { id: string; slug: string; title: string }[],
  filter: AttemptFilter,
  slice: Slice,
): Promise<SubmissionEntry[]> {
  if (phases.length === 0) return [];
  const ofPhases = phases.map(({ id }) => attemptsOf(id, filter, slice));
  const rows = await db.$queryRaw<Row[]>`
    SELECT found.*, team.name AS "teamName", (
        SELECT kind::text FROM "Tombstone" tombstone
        WHERE tombstone."submissionId" = found.id AND tombstone."undoneAt" IS NULL
      ) AS tombstone
    FROM (${Prisma.join(ofPhases, ' UNION ALL ')}) found
    JOIN "Team" team ON team.id = found."teamId"
    ${newestFirst(Prisma.sql`found.id`, slice).firstOfSlice}`;
  const phaseOf = new Map(phases.map((phase) => [phase.id, phase]));
  return rows.map(({ phaseId, teamId: _, createdAt, ...row }) => {
    const { slug, title } = phaseOf.get(phaseId)!;
    return {
      ...row,
      shortId: shortId(row.id),
      phaseSlug: slug,
      phaseTitle: title,
      createdAt: createdAt.toISOString(),
    };
  });
}

function attemptsOf(phaseId: string, filter: AttemptFilter, slice: Slice): Prisma.Sql {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`submission.id`, slice);
  return Prisma.sql`(
    SELECT submission.id, submission."phaseId", submission."teamId", submission.algorithm,
      submission."createdAt", submission.standing::text AS standing, evaluation.state::text AS state, evaluation.code,
      left(evaluation.message, ${MESSAGE_CHARACTERS}) AS message, evaluation."caseCount",
      evaluation."scoredCases" AS scored, evaluation."failedCases" AS failed, evaluation.requeues,
      evaluation."platformCode"
    FROM "Submission" submission
    JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND ${isLatestAttempt}
    WHERE submission."phaseId" = ${phaseId}::uuid AND ${isInSlice} AND ${matches(filter)}
    ${firstOfSlice}
  )`;
}

function matches({ state, code, q }: AttemptFilter): Prisma.Sql {
  const conditions = [Prisma.sql`TRUE`];
  if (state) conditions.push(Prisma.sql`evaluation.state = ${state}::"EvaluationState"`);
  if (code) {
    conditions.push(Prisma.sql`(
      evaluation.code = ${code} OR evaluation."platformCode" = ${code} OR ${code} = ANY (evaluation."caseCodes"))`);
  }
  if (q) conditions.push(search(q));
  return Prisma.join(conditions, ' AND ');
}

function search(q: string): Prisma.Sql {
  return Prisma.sql`(
    position(lower(${q}) IN lower(submission.algorithm)) > 0
    OR submission."teamId" IN (
      SELECT id FROM "Team" WHERE position(lower(${q}) IN lower(name)) > 0 OR slug = lower(${q}))
    ${searchId(q.toLowerCase().replaceAll('-', ''))})`;
}

/** By the start of an ID, as in addresses, or by the end that pages show. Without making text of each row's ID. */
function searchId(hex: string): Prisma.Sql {
  if (!/^[0-9a-f]{4,32}$/.test(hex)) return Prisma.empty;
  const start = Prisma.sql`OR submission.id BETWEEN ${hex.padEnd(32, '0')}::uuid AND ${hex.padEnd(32, 'f')}::uuid`;
  if (hex.length !== SHORT_ID_LENGTH) return start;
  return Prisma.sql`${start} OR substring(uuid_send(submission.id) FROM 13) = decode(${hex}, 'hex')`;
}
