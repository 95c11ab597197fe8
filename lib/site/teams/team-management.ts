import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { TeamManagement } from '#lib/api/teams/teams.ts';
import type { Database } from '#lib/platform/database.ts';
import { authorizeForTeam } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { findActiveEvaluations } from '#lib/site/submissions/cancel-submission.ts';
import { findOpenInvitations, withoutLink } from './create-invitation.ts';
import { invitationAddress } from './invitation-token.ts';
import { changedTeam } from './team-lock.ts';

/** A team as its members see it: who is in it, and for its owner, who was invited and who asks. */
export async function manageTeam(site: Site, slug: string, viewer: Viewer | null): Promise<TeamManagement> {
  const {
    viewer: { userId },
    team: { id, name, role },
  } = authorizeForTeam('team.manage', viewer, slug);
  const [members, challenges, active] = await Promise.all([
    readMembers(site.db, id, userId),
    readChallenges(site, id),
    findActiveEvaluations(site.db, id),
  ]);
  const forOwner = role === 'OWNER' ? await readForOwner(site, id) : NOTHING;
  return { slug, name, role, members, challenges, activeSubmissions: active.length, ...forOwner };
}

const NOTHING = { invitations: [], requests: [], merges: [] };

async function readMembers(
  db: Database,
  teamId: string,
  viewerId: string,
): Promise<TeamManagement['members']> {
  const members = await db.membership.findMany({
    where: { teamId },
    include: { user: { select: { name: true } } },
    orderBy: [{ role: 'asc' }, { createdAt: 'asc' }],
  });
  return members.map(({ userId, role, isShown, createdAt, user }) => ({
    id: userId,
    name: user.name,
    role,
    isShown,
    isViewer: userId === viewerId,
    joinedAt: createdAt.toISOString(),
  }));
}

async function readChallenges({ db, now }: Site, teamId: string): Promise<TeamManagement['challenges']> {
  const challenges = await db.challenge.findMany({
    where: { registrations: { some: { teamId } } },
    select: {
      slug: true,
      title: true,
      maxTeamSize: true,
      phases: { where: { closesAt: { gt: now() } }, select: { id: true }, take: 1 },
    },
    orderBy: { createdAt: 'desc' },
  });
  const submitted = await db.challenge.findMany({
    where: { phases: { some: { submissions: { some: { teamId } } } } },
    select: { slug: true },
  });
  return challenges.map(({ phases, ...challenge }) => ({
    ...challenge,
    isBinding: phases.length > 0 && submitted.some(({ slug }) => slug === challenge.slug),
  }));
}

async function readForOwner(
  { db, environment, now }: Site,
  teamId: string,
): Promise<Pick<TeamManagement, 'invitations' | 'requests' | 'merges'>> {
  const user = { select: { name: true } };
  const team = { select: { slug: true, name: true } };
  const [invitations, requests, merges] = await Promise.all([
    findOpenInvitations(db, teamId, now()),
    db.joinRequest.findMany({
      where: { teamId, state: 'PENDING' },
      include: { user },
      orderBy: { id: 'asc' },
    }),
    db.mergeRequest.findMany({
      where: { state: 'PENDING', OR: [{ fromTeamId: teamId }, { intoTeamId: teamId }] },
      include: { fromTeam: team, intoTeam: team },
      orderBy: { id: 'asc' },
    }),
  ]);
  return {
    invitations: invitations.map((row) => ({
      ...withoutLink(row),
      url: invitationAddress(environment, row.id),
    })),
    requests: requests.map((request) => ({
      id: request.id,
      name: request.user.name,
      message: request.message,
      createdAt: request.createdAt.toISOString(),
    })),
    merges: merges.map(({ id, fromTeam, intoTeam, createdAt }) => ({
      ...{ id, from: changedTeam(fromTeam), into: changedTeam(intoTeam) },
      createdAt: createdAt.toISOString(),
    })),
  };
}
