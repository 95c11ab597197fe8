import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { TeamView } from '#lib/api/teams/teams.ts';
import type { Database } from '#lib/platform/database.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { labelWithAverage } from '#lib/site/challenges/phase-view.ts';
import { readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import { readStanding } from '#lib/site/leaderboards/permanent/standing.ts';
import type { Site } from '#lib/site/site.ts';
import { changedTeam, noTeam } from './team-lock.ts';
import { readRegistrations, teamTimeline } from './team-timeline.ts';

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
  const [entered, registrations] = await Promise.all([
    readEntered(site, team, viewer),
    readRegistrations(site.db, team.id),
  ]);
  const facts = {
    createdAt: team.createdAt.toISOString(),
    dissolvedAt: team.dissolvedAt?.toISOString() ?? null,
    mergedInto: team.mergedInto,
  };
  return {
    ...changedTeam(team),
    ...facts,
    memberCount: team.members.length,
    members: team.members.filter(({ isShown }) => isShown).map(({ role, user }) => ({ role, ...user })),
    ...entered,
    timeline: teamTimeline({ team: facts, registrations, ...entered }),
  };
}

type Entered = Pick<TeamView, 'results' | 'tombstones'>;

/** Where the team stands in the phases that it has entered, and what doesn't count there any more. */
async function readEntered(
  site: Site,
  { id, slug }: { id: string; slug: string },
  viewer: Viewer | null,
): Promise<Entered> {
  const phases = await findEnteredPhases(site.db, id);
  const all = await Promise.all(phases.map((entered) => readPhase(site, slug, entered, viewer)));
  return {
    results: all.flatMap(({ results }) => results),
    tombstones: all.flatMap(({ tombstones }) => tombstones),
  };
}

async function readPhase(
  site: Site,
  team: string,
  entered: { challenge: string; phase: string },
  viewer: Viewer | null,
): Promise<Entered> {
  const challenge = await readSharedChallenge(site, entered.challenge, viewer);
  const phase = challenge.phases.find(({ slug }) => slug === entered.phase);
  if (!phase) return { results: [], tombstones: [] };
  const [{ entries, metrics, summary, decimals }, { tombstones, final }] = await Promise.all([
    readLeaderboard(site, phase),
    readStanding(site, phase),
  ]);
  const { slug, title, synthetic } = challenge;
  const place = {
    challenge: { slug, title, synthetic },
    phase: { slug: phase.slug, title: phase.title },
  };
  const own = entries.filter(({ teamSlug }) => teamSlug === team);
  return {
    results: own.map(({ submissionId, algorithm, submittedAt, rank, rankRange, scores }) => ({
      ...place,
      ...{ submissionId, algorithm, submittedAt, rank, rankRange },
      entries: entries.length,
      metric: labelWithAverage(metrics[0]!, summary),
      value: scores[0]?.value ?? null,
      ...{ decimals, final },
    })),
    tombstones: tombstones
      .filter(({ teamSlug }) => teamSlug === team)
      .map(({ teamSlug: _slug, teamName: _name, ...tombstone }) => ({ ...place, ...tombstone })),
  };
}

function findEnteredPhases(db: Database, teamId: string): Promise<{ challenge: string; phase: string }[]> {
  return db.$queryRaw`
    SELECT challenge.slug AS challenge, phase.slug AS phase
    FROM "Phase" phase JOIN "Challenge" challenge ON challenge.id = phase."challengeId"
    WHERE challenge.visibility = 'PUBLIC' AND EXISTS (
      SELECT FROM "Submission" submission WHERE submission."phaseId" = phase.id AND submission."teamId" = ${teamId}::uuid
        AND submission.standing <> 'REHEARSAL'
    )
    ORDER BY phase."closesAt" DESC, phase.id LIMIT ${MAX_PHASES}`;
}
