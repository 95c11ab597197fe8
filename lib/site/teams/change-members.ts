import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  type ChangedTeam,
  handOverTeamRequestSchema,
  showMembershipRequestSchema,
} from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { removedFromTeam, teamHandedOver } from '#lib/site/mail/templates/team.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { changeTeam, type LockedTeam, recordTeamAudit } from './team-lock.ts';
import { mailPeople, manageLink, teamLink } from './team-mail.ts';

/**
 * Ends the viewer’s membership. From their next request on, they see of the team what everyone sees. The owner hands the team over first, or dissolves it.
 */
export function leaveTeam(site: Site, slug: string, viewer: Viewer | null): Promise<ChangedTeam> {
  return changeTeam(site, { action: 'team.leave', slug, viewer }, async (tx, team, known) => {
    if (findMember(team, known.userId)?.role === 'OWNER') {
      throw new DomainError(
        'CONFLICT',
        'You own this team, and a team always has an owner. Make another member the owner first, or dissolve the team.',
      );
    }
    await endMembership(tx, team, known.userId);
    await recordTeamAudit(tx, known, 'team.leave', team);
  });
}

/** Ends the membership of somebody else, for the owner. Removing them again changes nothing. */
export function removeMember(
  site: Site,
  { team: slug, member: userId }: { team: string; member: string },
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  return changeTeam(site, { action: 'team.removeMember', slug, viewer }, async (tx, team, known) => {
    if (userId === known.userId) {
      throw new DomainError('CONFLICT', 'You own this team. Hand it over and leave it, or dissolve it.');
    }
    const member = findMember(team, userId);
    if (!member) return;
    await endMembership(tx, team, userId);
    await recordTeamAudit(tx, known, 'team.removeMember', team, { member: member.name });
    const message = removedFromTeam({ team: team.name, url: teamLink(site, slug) });
    await mailPeople(site, tx, [userId], message);
  });
}

/** Makes another member the owner, for the owner, who stays a member. */
export function handOverTeam(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  const { member: userId } = parseInput(handOverTeamRequestSchema, input);
  return changeTeam(site, { action: 'team.handOver', slug, viewer }, async (tx, team, known) => {
    const heir = findMember(team, userId);
    if (heir?.role === 'OWNER') return;
    if (!heir) {
      const message = 'Choose a member of the team.';
      throw new DomainError('INVALID', message, { member: message });
    }
    const roleOf = (of: string, role: 'OWNER' | 'MEMBER') =>
      tx.membership.update({ where: { teamId_userId: { teamId: team.id, userId: of } }, data: { role } });
    // In this order, because a team never has two owners.
    await roleOf(known.userId, 'MEMBER');
    await roleOf(userId, 'OWNER');
    await recordTeamAudit(tx, known, 'team.handOver', team, { member: heir.name });
    const url = manageLink(site, slug);
    await mailPeople(site, tx, [userId], teamHandedOver({ team: team.name, by: known.name, url }));
  });
}

/** Whether the team’s public page shows the viewer’s name. */
export function showMembership(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  const { isShown } = parseInput(showMembershipRequestSchema, input);
  return changeTeam(site, { action: 'team.show', slug, viewer }, async (tx, team, known) => {
    const where = { teamId_userId: { teamId: team.id, userId: known.userId } };
    await tx.membership.update({ where, data: { isShown } });
  });
}

function findMember({ members }: LockedTeam, userId: string) {
  return members.find((member) => member.userId === userId);
}

async function endMembership(tx: Transaction, { id: teamId }: LockedTeam, userId: string): Promise<void> {
  await tx.membership.delete({ where: { teamId_userId: { teamId, userId } } });
}
