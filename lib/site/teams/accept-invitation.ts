import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ChangedTeam, InvitationView } from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { INVITATION_PROBLEMS, type InvitationRow, invitationState } from '#lib/domain/teams/invitation.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { noInvitation, readInvitationToken } from './invitation-token.ts';
import { addMember, orOneTeam } from './participation.ts';
import { changedTeam, lockTeam, recordTeamAudit, TEAM_WAIT } from './team-lock.ts';

/** The invitation of a link, for whoever has it. Throws NOT_FOUND; CONFLICT if it no longer works. */
export async function readInvitation(
  site: Site,
  token: string,
  viewer: Viewer | null,
): Promise<InvitationView> {
  authorize('invitation.read', viewer);
  const invitation = await site.db.invitation.findUnique({
    where: { id: readInvitationToken(site.environment, token) },
    include: {
      createdBy: { select: { name: true } },
      team: { select: { id: true, slug: true, name: true, _count: { select: { members: true } } } },
    },
  });
  if (!invitation) throw noInvitation();
  const { team, createdBy, expiresAt } = invitation;
  const isMember = viewer?.teams.some(({ id }) => id === team.id) ?? false;
  // A member who opens the link again sees that they have joined, also if that used it up.
  if (!isMember) requireOpen(invitation, site.now());
  return {
    team: changedTeam(team),
    invitedBy: createdBy?.name ?? null,
    memberCount: team._count.members,
    expiresAt: expiresAt.toISOString(),
    isMember,
  };
}

/** Makes the viewer a member. A member who accepts again changes nothing, and uses nothing up. */
export async function acceptInvitation(
  site: Site,
  token: string,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  const known = authorize('team.join', viewer);
  const id = readInvitationToken(site.environment, token);
  const found = await site.db.invitation.findUnique({
    where: { id },
    select: { team: { select: { slug: true } } },
  });
  if (!found) throw noInvitation();
  const joining = site.db.$transaction(async (tx) => {
    // The team's lock also serializes the uses of its invitations.
    const team = await lockTeam(tx, found.team.slug);
    const { userId } = known;
    if (team.members.some((member) => member.userId === userId)) return changedTeam(team);
    const now = site.now();
    requireOpen(await tx.invitation.findUniqueOrThrow({ where: { id } }), now);
    await addMember(tx, team, { userId, viewerId: userId, now });
    await tx.invitation.update({ where: { id }, data: { uses: { increment: 1 } } });
    await recordTeamAudit(tx, known, 'team.join', team, { invitation: id });
    return changedTeam(team);
  }, TEAM_WAIT);
  return orOneTeam(joining);
}

function requireOpen(invitation: InvitationRow, now: Date): void {
  const state = invitationState(invitation, now);
  if (state !== 'open') throw new DomainError('CONFLICT', INVITATION_PROBLEMS[state]);
}
