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

/** What is the same, in SQL. `mark` alone has an index; an attempt without one is compared with none. */
const COMPARED: Readonly<
  Record<DuplicateKind, { mark: Prisma.Sql; same: Prisma.Sql; isCompared: Prisma.Sql }>
> = {
  image: {
    mark: Prisma.sql`evaluation."imageDigest"`,
    same: Prisma.sql`evaluation."imageDigest"`,
    isCompared: Prisma.sql`TRUE`,
  },
  outputs: {
    mark: Prisma.sql`evaluation."outputMark"`,
    // Marks say nothing across test sets.
    same: Prisma.sql`ROW(submission."phaseId", evaluation."scoredCases", evaluation."outputMark")`,
    isCompared: Prisma.sql`evaluation.state = 'SCORED'`,
  },
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
  const { mark, same, isCompared } = COMPARED[kind];
  // Few marks come twice, and the rest of the submissions isn't read.
  const rows = await db.$queryRaw<Row[]>`
    WITH repeated AS MATERIALIZED (
      SELECT ${mark} AS mark FROM "Evaluation" evaluation
      WHERE ${mark} IS NOT NULL GROUP BY ${mark} HAVING count(*) > 1
    ), attempt AS (
      SELECT submission.id, submission."teamId", ${same} AS same
      FROM repeated
      JOIN "Evaluation" evaluation ON ${mark} = repeated.mark
      JOIN "Submission" submission ON submission.id = evaluation."submissionId"
      JOIN "Phase" phase ON phase.id = submission."phaseId"
      WHERE phase."challengeId" = ${challengeId}::uuid AND ${isCompared} AND ${isLatestAttempt}
    ), found AS (
      SELECT (array_agg(id ORDER BY id DESC))[1] AS id,
        (array_agg(id ORDER BY id DESC))[1:${SUBMISSIONS_SHOWN}::int] AS ids,
        count(*)::int AS count, count(DISTINCT "teamId")::int AS "teamCount"
      FROM attempt GROUP BY same HAVING count(DISTINCT "teamId") > 1
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
