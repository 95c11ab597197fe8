import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { TeamView } from '#lib/api/teams/teams.ts';
import type { Database } from '#lib/platform/database.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { labelWithAverage } from '#lib/site/challenges/phase-view.ts';
import { readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import type { Site } from '#lib/site/site.ts';
import { changedTeam, noTeam } from './team-lock.ts';

/** A page shows the phases that the team entered last. */
const MAX_PHASES = 40;

/** A team as everyone sees it. Throws NOT_FOUND. */
export async function teamView(site: Site, slug: string, viewer: Viewer | null): Promise<TeamView> {
  authorize('team.read', viewer);
  const team = await site.db.team.findUnique({
    where: { slug },
    include: {
      mergedInto: { select: { slug: true, name: true } },
      members: {
        include: { user: { select: { name: true, affiliation: true, country: true, orcid: true } } },
        orderBy: [{ role: 'asc' }, { createdAt: 'asc' }],
      },
    },
  });
  if (!team) throw noTeam();
  return {
    ...changedTeam(team),
    createdAt: team.createdAt.toISOString(),
    dissolvedAt: team.dissolvedAt?.toISOString() ?? null,
    mergedInto: team.mergedInto,
    memberCount: team.members.length,
    members: team.members.filter(({ isShown }) => isShown).map(({ role, user }) => ({ role, ...user })),
    results: await readResults(site, team, viewer),
  };
}

async function readResults(
  site: Site,
  { id, slug }: { id: string; slug: string },
  viewer: Viewer | null,
): Promise<TeamView['results']> {
  const phases = await findEnteredPhases(site.db, id);
  const results = await Promise.all(phases.map((entered) => readResult(site, slug, entered, viewer)));
  return results.filter((result) => result !== null);
}

/** Where the team stands in a phase; null while it has no entry. */
async function readResult(
  site: Site,
  team: string,
  entered: { challenge: string; phase: string },
  viewer: Viewer | null,
): Promise<TeamView['results'][number] | null> {
  const challenge = await readSharedChallenge(site, entered.challenge, viewer);
  const phase = challenge.phases.find(({ slug }) => slug === entered.phase);
  if (!phase) return null;
  const { entries, metrics, summary, decimals } = await readLeaderboard(site, phase);
  const entry = entries.find(({ teamSlug }) => teamSlug === team);
  if (!entry) return null;
  const { submissionId, algorithm, rank, rankRange, scores } = entry;
  const { slug, title, synthetic } = challenge;
  return {
    challenge: { slug, title, synthetic },
    phase: { slug: phase.slug, title: phase.title },
    ...{ submissionId, algorithm, rank, rankRange },
    entries: entries.length,
    metric: labelWithAverage(metrics[0]!, summary),
    value: scores[0]?.value ?? null,
    decimals,
  };
}

function findEnteredPhases(db: Database, teamId: string): Promise<{ challenge: string; phase: string }[]> {
  return db.$queryRaw`
    SELECT challenge.slug AS challenge, phase.slug AS phase
    FROM "Phase" phase JOIN "Challenge" challenge ON challenge.id = phase."challengeId"
    WHERE challenge.visibility = 'PUBLIC' AND EXISTS (
      SELECT FROM "Submission" submission WHERE submission."phaseId" = phase.id AND submission."teamId" = ${teamId}::uuid
    )
    ORDER BY phase."closesAt" DESC, phase.id LIMIT ${MAX_PHASES}`;
}
