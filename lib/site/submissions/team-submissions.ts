import type { TeamSubmissionsQuery, TeamSubmissionsView } from '#lib/api/pages/team-submissions.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ListSubmissionsQuery, SubmissionView, TeamSubmission } from '#lib/api/submissions.ts';
import { selectionRefusal } from '#lib/domain/phases/selection.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { authorize, authorizeForTeam } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { shortId } from '#lib/site/challenges/phase-view.ts';
import { newestFirst, readPage, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';
import type { Submission } from './find-submission.ts';

const OTHERS_SHOWN = 8;

/** One page of a team's submissions, for its members. */
export async function listSubmissions(
  site: Site,
  query: ListSubmissionsQuery,
  viewer: Viewer | null,
): Promise<{ submissions: TeamSubmission[]; next: string | null }> {
  const where = ofTeam(query, viewer);
  const { rows, next } = await readPage(query, (slice) => findSubmissions(site, where, slice), keyOf);
  return { submissions: rows, next };
}

/** The page of a team's submissions to a challenge, for its members. Throws NOT_FOUND, NOT_SIGNED_IN. */
export async function teamSubmissionsView(
  site: Site,
  slug: string,
  query: TeamSubmissionsQuery,
  viewer: Viewer | null,
): Promise<TeamSubmissionsView> {
  const { teams } = authorize('submission.listOwn', viewer);
  const { phases } = await readSharedChallenge(site, slug, viewer);
  const team = teams.find((one) => one.slug === query.team) ?? teams[0] ?? null;
  const phase = phases.find((one) => one.slug === query.phase);
  const where =
    team && ofTeam({ team: team.slug, challenge: slug, phase: phase?.slug, limit: query.limit }, viewer);
  const { rows, ...links } = where
    ? await readPageWithPrevious(query, (slice) => findSubmissions(site, where, slice), keyOf)
    : { rows: [], next: null, previous: null };
  return {
    teams: teams.map(nameOf),
    team: team && nameOf(team),
    phases: phases.map(({ slug: phaseSlug, title }) => ({ slug: phaseSlug, title })),
    submissions: rows,
    ...links,
    asOf: site.now().toISOString(),
  };
}

function nameOf({ slug, name }: { slug: string; name: string }) {
  return { slug, name };
}

/** The latest other submissions of the team in the same phase. */
export async function readOthers(
  site: Pick<Site, 'db' | 'now'>,
  { id, teamId, phase }: Pick<Submission, 'id' | 'teamId' | 'phase'>,
): Promise<SubmissionView['others']> {
  const where = { teamId, challenge: phase.challenge.slug, phase: phase.slug, except: id };
  const others = await findSubmissions(site, where, { cursor: null, side: 'behind', limit: OTHERS_SHOWN });
  return others.map(({ id: other, shortId: short, algorithm, state, createdAt }) => {
    return { id: other, shortId: short, algorithm, state, createdAt };
  });
}

/** Which submissions of a team to list. */
interface Wanted {
  teamId: string;
  /** Slugs of a challenge, and of a phase. */
  challenge?: string | undefined;
  phase?: string | undefined;
  /** ID of a submission to leave out. */
  except?: string | undefined;
}

function ofTeam({ team, challenge, phase }: ListSubmissionsQuery, viewer: Viewer | null): Wanted {
  const { id: teamId } = authorizeForTeam('submission.list', viewer, team).team;
  return { teamId, challenge, phase };
}

function keyOf({ id }: { id: string }): string {
  return id;
}

interface Row extends Omit<TeamSubmission, 'shortId' | 'state' | 'createdAt' | 'selection'> {
  state: TeamSubmission['state'] | null;
  createdAt: Date;
  counting: Phase['counting'];
  isSelected: boolean;
  /** Of the phase, or later for this team. */
  closesAt: Date;
  zone: string;
}

async function findSubmissions(
  { db, now }: Pick<Site, 'db' | 'now'>,
  { teamId, challenge, phase, except }: Wanted,
  slice: Slice,
): Promise<TeamSubmission[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`submission.id`, slice);
  const conditions = [
    Prisma.sql`submission."teamId" = ${teamId}::uuid`,
    // Not every member of the team is an organizer; those find rehearsals in the console.
    Prisma.sql`submission.standing <> 'REHEARSAL'`,
    isInSlice,
    ...(challenge ? [Prisma.sql`challenge.slug = ${challenge}`] : []),
    ...(phase ? [Prisma.sql`phase.slug = ${phase}`] : []),
    ...(except ? [Prisma.sql`submission.id <> ${except}::uuid`] : []),
  ];
  const rows = await db.$queryRaw<Row[]>`
    SELECT submission.id, submission.algorithm, submission."createdAt", submission.standing::text AS standing, challenge.slug AS "challengeSlug",
      phase.slug AS "phaseSlug", phase.title AS "phaseTitle", phase.counting::text AS counting, phase.zone,
      greatest(phase."closesAt", exception."closesAt") AS "closesAt",
      submission."selectedAt" IS NOT NULL AND NOT EXISTS (
        SELECT FROM "Submission" later
        WHERE later."phaseId" = submission."phaseId" AND later."teamId" = submission."teamId"
          AND later."selectedAt" > submission."selectedAt"
      ) AS "isSelected", (
        SELECT attempt.state::text FROM "Evaluation" attempt
        WHERE attempt."submissionId" = submission.id ORDER BY attempt."createdAt" DESC LIMIT 1
      ) AS state
    FROM "Submission" submission
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    JOIN "Challenge" challenge ON challenge.id = phase."challengeId"
    LEFT JOIN "PhaseException" exception
      ON exception."phaseId" = phase.id AND exception."teamId" = submission."teamId"
    WHERE ${Prisma.join(conditions, ' AND ')}
    ${firstOfSlice}`;
  return rows.map((row) => toListed(row, now()));
}

function toListed({ counting, isSelected, closesAt, zone, ...row }: Row, now: Date): TeamSubmission {
  // Each submission is created with its first attempt.
  const state = row.state ?? 'QUEUED';
  const refusal = selectionRefusal(
    { phase: { counting, closesAt, zone }, standing: row.standing, state },
    now,
  );
  return {
    ...row,
    state,
    shortId: shortId(row.id),
    createdAt: row.createdAt.toISOString(),
    selection: counting === 'SELECTED' ? { isSelected, refusal } : null,
  };
}
