import type {
  DuplicateGroup,
  DuplicateKind,
  DuplicatesQuery,
  DuplicatesView,
} from '#lib/api/pages/organizer/duplicates.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Database } from '#lib/platform/database.ts';
import { shortId } from '#lib/site/challenges/phase-view.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';
import { isLatestAttempt } from './find-attempts.ts';
import { findOrganized, listHead } from './organized-challenge.ts';

/** A group is listed with this many of its submissions. */
const SUBMISSIONS_SHOWN = 20;

/** What is the same, in SQL; NULL for an attempt that is compared with none. */
const COMPARED: Readonly<Record<DuplicateKind, Prisma.Sql>> = {
  image: Prisma.sql`evaluation."imageDigest"`,
  // Marks say nothing across test sets.
  outputs: Prisma.sql`CASE WHEN evaluation.state = 'SCORED'
    THEN concat_ws(' ', submission."phaseId", evaluation."scoredCases", evaluation."outputMark"::text) END`,
};

/**
 * Submissions of several teams with the same image or the same outputs, by their latest attempts. For organizers. Where
 * outputs are the same, only that is known of them: the runner stores a keyed hash.
 */
export async function duplicatesView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: DuplicatesQuery,
): Promise<DuplicatesView> {
  const challenge = await findOrganized(site, slug, viewer);
  const { rows: groups, ...links } = await readPageWithPrevious(
    query,
    (slice) => findGroups(site.db, challenge.id, query.kind, slice),
    ({ id }) => id,
  );
  return { ...listHead(site, challenge), kind: query.kind, groups, ...links };
}

interface Row extends Pick<DuplicateGroup, 'id' | 'count' | 'teamCount'> {
  submissions: (Omit<DuplicateGroup['submissions'][number], 'shortId' | 'createdAt'> & {
    createdAt: string;
  })[];
}

async function findGroups(
  db: Database,
  challengeId: string,
  kind: DuplicateKind,
  slice: Slice,
): Promise<DuplicateGroup[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`found.id`, slice);
  const isMarked = kind === 'outputs' ? Prisma.sql`AND evaluation."outputMark" IS NOT NULL` : Prisma.empty;
  const rows = await db.$queryRaw<Row[]>`
    WITH attempt AS (
      SELECT submission.id, submission."teamId", ${COMPARED[kind]} AS same
      FROM "Phase" phase
      JOIN "Submission" submission ON submission."phaseId" = phase.id
      JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND ${isLatestAttempt}
      WHERE phase."challengeId" = ${challengeId}::uuid ${isMarked}
    ), found AS (
      SELECT (array_agg(id ORDER BY id DESC))[1] AS id,
        (array_agg(id ORDER BY id DESC))[1:${SUBMISSIONS_SHOWN}::int] AS ids,
        count(*)::int AS count, count(DISTINCT "teamId")::int AS "teamCount"
      FROM attempt WHERE same IS NOT NULL GROUP BY same HAVING count(DISTINCT "teamId") > 1
    )
    SELECT found.id, found.count, found."teamCount", (
      SELECT json_agg(json_build_object(
        'id', submission.id, 'teamName', team.name, 'teamSlug', team.slug, 'phaseTitle', phase.title,
        'algorithm', submission.algorithm, 'createdAt', submission."createdAt") ORDER BY submission.id DESC)
      FROM "Submission" submission
      JOIN "Team" team ON team.id = submission."teamId"
      JOIN "Phase" phase ON phase.id = submission."phaseId"
      WHERE submission.id = ANY (found.ids)
    ) AS submissions
    FROM found WHERE ${isInSlice} ${firstOfSlice}`;
  return rows.map(({ submissions, ...row }) => ({
    ...row,
    submissions: submissions.map(({ createdAt, ...submission }) => ({
      ...{ ...submission, shortId: shortId(submission.id) },
      createdAt: new Date(createdAt).toISOString(),
    })),
  }));
}
