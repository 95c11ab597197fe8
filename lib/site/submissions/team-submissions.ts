import type { TeamSubmissionsQuery, TeamSubmissionsView } from '#lib/api/pages/team-submissions.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ListSubmissionsQuery, SubmissionView, TeamSubmission } from '#lib/api/submissions.ts';
import type { Database } from '#lib/platform/database.ts';
import { requireMembership, requireViewer } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { shortId } from '#lib/site/challenges/phase-view.ts';
import { readPage, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';

const OTHERS_SHOWN = 8;

/** One page of a team's submissions, for its members. */
export async function listSubmissions(
  { db }: Site,
  query: ListSubmissionsQuery,
  viewer: Viewer | null,
): Promise<{ submissions: TeamSubmission[]; next: string | null }> {
  const where = ofTeam(query, viewer);
  const { rows, next } = await readPage(query, (slice) => findSubmissions(db, where, slice), keyOf);
  return { submissions: rows, next };
}

/** The page of a team's submissions to a challenge, for its members. Throws NOT_FOUND, NOT_SIGNED_IN. */
export async function teamSubmissionsView(
  site: Site,
  slug: string,
  query: TeamSubmissionsQuery,
  viewer: Viewer | null,
): Promise<TeamSubmissionsView> {
  const { teams } = requireViewer(viewer);
  const { phases } = await findChallenge(site, slug);
  const team = teams.find((one) => one.slug === query.team) ?? teams[0] ?? null;
  const phase = phases.find((one) => one.slug === query.phase);
  const where =
    team && ofTeam({ team: team.slug, challenge: slug, phase: phase?.slug, limit: query.limit }, viewer);
  const { rows, ...links } = where
    ? await readPageWithPrevious(query, (slice) => findSubmissions(site.db, where, slice), keyOf)
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
  db: Database,
  { id, phaseId, teamId }: { id: string; phaseId: string; teamId: string },
): Promise<SubmissionView['others']> {
  const where = { phaseId, teamId, NOT: { id } };
  const others = await findSubmissions(db, where, { cursor: null, side: 'behind', limit: OTHERS_SHOWN });
  return others.map(({ id: other, shortId: short, algorithm, state, createdAt }) => {
    return { id: other, shortId: short, algorithm, state, createdAt };
  });
}

function ofTeam(
  { team, challenge, phase }: ListSubmissionsQuery,
  viewer: Viewer | null,
): Prisma.SubmissionWhereInput {
  const inPhase = {
    ...(challenge ? { challenge: { slug: challenge } } : {}),
    ...(phase ? { slug: phase } : {}),
  };
  return { teamId: requireMembership(viewer, team).id, phase: inPhase };
}

function keyOf({ id }: { id: string }): string {
  return id;
}

async function findSubmissions(
  db: Database,
  where: Prisma.SubmissionWhereInput,
  { cursor, side, limit }: Slice,
): Promise<TeamSubmission[]> {
  const isBefore = side === 'before';
  const slice = cursor === null ? {} : { id: isBefore ? { gt: cursor } : { lt: cursor } };
  const rows = await db.submission.findMany({
    where: { AND: [where, slice] },
    select: {
      id: true,
      algorithm: true,
      createdAt: true,
      phase: { select: { slug: true, title: true, challenge: { select: { slug: true } } } },
      evaluations: { orderBy: { createdAt: 'desc' }, take: 1, select: { state: true } },
    },
    orderBy: { id: isBefore ? 'asc' : 'desc' },
    take: limit,
  });
  return rows.map(({ id, algorithm, createdAt, phase, evaluations: [latest] }) => ({
    id,
    shortId: shortId(id),
    algorithm,
    // Each submission is created with its first attempt.
    state: latest?.state ?? 'QUEUED',
    createdAt: createdAt.toISOString(),
    challengeSlug: phase.challenge.slug,
    phaseSlug: phase.slug,
    phaseTitle: phase.title,
  }));
}
