import type { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { decideRegistrationsRequestSchema } from '#lib/api/registrations.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { siteLink } from '#lib/site/mail/queue-mail.ts';
import { registrationDecided } from '#lib/site/mail/templates/registration.ts';
import { notifyPeople } from '#lib/site/notifications/notify.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { orOneTeam } from '#lib/site/teams/participation.ts';
import { type LockedTeam, lockTeams, TEAM_WAIT } from '#lib/site/teams/team-lock.ts';

type Request = z.output<typeof decideRegistrationsRequestSchema>;

const STATES = { approve: 'APPROVED', decline: 'DECLINED' } as const;

/**
 * Approves or declines teams, or puts them in a group, for organizers: all of them or none. Returns the teams that
 * were changed; deciding the same again changes nothing. A declined team keeps its published results, and its members
 * may enter with another team if it has submitted nothing.
 */
export async function decideRegistrations(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<string[]> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('registration.decide', viewer, { challenge });
  const request = parseInput(decideRegistrationsRequestSchema, input);
  const reason = reasonOf(challenge, request);
  const deciding = site.db.$transaction(async (tx) => {
    const changed: string[] = [];
    for (const team of await lockTeams(tx, [...new Set(request.teams)])) {
      const isChanged = await decide(site, tx, { challenge, team, organizer, request, reason });
      if (isChanged) changed.push(team.slug);
    }
    return changed;
  }, TEAM_WAIT);
  const changed = await orOneTeam(deciding);
  site.shared.forget();
  return changed;
}

/** The reply that was chosen, and what the organizer adds. */
function reasonOf({ registrationReplies }: Challenge, { reply, reason }: Request): string {
  const chosen = registrationReplies.find(({ name }) => name === reply);
  if (reply !== '' && !chosen) {
    const message = 'The challenge has no such reply.';
    throw new DomainError('INVALID', message, { reply: message });
  }
  return [chosen?.text ?? '', reason].filter((text) => text !== '').join('\n\n');
}

interface Decision {
  challenge: Challenge;
  team: LockedTeam;
  organizer: Viewer;
  request: Request;
  reason: string;
}

async function decide(
  site: Site,
  tx: Transaction,
  { challenge, team, organizer, request: { decision, group }, reason }: Decision,
): Promise<boolean> {
  const where = { challengeId_teamId: { challengeId: challenge.id, teamId: team.id } };
  const found = await tx.registration.findUnique({ where });
  if (!found) {
    throw new DomainError(
      'NOT_FOUND',
      `${team.name} isn’t registered for this challenge. Nothing was changed.`,
    );
  }
  if (decision === 'group') {
    if (found.group === group) return false;
    await tx.registration.update({ where, data: { group } });
    await recordAudit(tx, organizer, 'registration.group', challenge.id, { team: team.slug, group });
    return true;
  }
  const state = STATES[decision];
  if (found.state === state && (reason === '' || found.reason === reason)) return false;
  if (state === 'APPROVED' && team.dissolvedAt) {
    throw new DomainError('CONFLICT', `${team.name} has been dissolved. Nothing was changed.`);
  }
  await tx.registration.update({ where, data: { state, reason, decidedAt: site.now() } });
  await recordAudit(tx, organizer, `registration.${decision}`, challenge.id, { team: team.slug, reason });
  const path = `/challenges/${challenge.slug}/submit`;
  const isApproved = state === 'APPROVED';
  const message = registrationDecided({
    ...{ team: team.name, challenge: challenge.title, isApproved, reason },
    url: siteLink(site, path),
  });
  const members = team.members.map(({ userId }) => userId);
  await notifyPeople(site, tx, members, { kind: 'registration', title: message.subject, path, message });
  return true;
}
