import { z } from 'zod';
import {
  changeOrganizerRequestSchema,
  inviteOrganizerRequestSchema,
  type OrganizerRoleName,
  removeOrganizerRequestSchema,
} from '#lib/api/challenges/organizers.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { queueMail } from '#lib/site/mail/queue-mail.ts';
import { invitedToOrganize } from '#lib/site/mail/templates/organizer.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { invitationLink } from './organizers-view.ts';

const INVITATION_DAYS = 14;
/** Enough for a large committee. */
const MAX_ORGANIZERS = 50;

interface Change {
  tx: Transaction;
  challenge: Challenge;
  known: Viewer;
}

/** Runs a change of the organizers with the challenge locked, so that two owners don't remove each other. */
async function change<T>(
  site: Site,
  { slug, viewer, action }: { slug: string; viewer: Viewer | null; action: Action },
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const result = await site.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Challenge" WHERE slug = ${slug} FOR UPDATE`;
    const challenge = await findChallenge({ db: tx as Site['db'] }, slug, viewer);
    return work({ tx, challenge, known: authorize(action, viewer, { challenge }) });
  });
  site.shared.forget();
  return result;
}

/**
 * Invites somebody by address, for owners. Whether the address has an account isn't revealed: they become an organizer
 * once they accept. Inviting an address again replaces its invitation.
 */
export async function inviteOrganizer(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  await change(site, { slug, viewer, action: 'organizer.manage' }, async ({ tx, challenge, known }) => {
    const { email, role } = parseInput(inviteOrganizerRequestSchema, input);
    await consumeAttempt(site, RATE_LIMITS.inviteByMail, known.userId);
    const { id: challengeId, title } = challenge;
    if ((await tx.organizer.count({ where: { challengeId, user: { email } } })) > 0) {
      const message = 'They are an organizer already. Change their role in the table.';
      throw new DomainError('CONFLICT', message, { email: message });
    }
    await tx.organizerInvitation.deleteMany({ where: { challengeId, email } });
    await requireRoom(tx, challengeId);
    const expiresAt = new Date(site.now().getTime() + INVITATION_DAYS * DAY_MS);
    const { id } = await tx.organizerInvitation.create({ data: { challengeId, email, role, expiresAt } });
    const url = invitationLink(site, id);
    const message = invitedToOrganize({ challenge: title, by: known.name, role, days: INVITATION_DAYS, url });
    await queueMail(site, tx, { to: email, kind: 'organizer', message, expiresAt });
    await recordAudit(tx, known, 'organizer.invite', challengeId, { email, role });
  });
}

async function requireRoom(tx: Transaction, challengeId: string): Promise<void> {
  const where = { challengeId };
  const count = (await tx.organizer.count({ where })) + (await tx.organizerInvitation.count({ where }));
  if (count < MAX_ORGANIZERS) return;
  throw new DomainError(
    'CONFLICT',
    `A challenge has at most ${MAX_ORGANIZERS} organizers and invitations. Remove one first.`,
  );
}

/** Makes an invitation stop working. Revoking it again changes nothing. */
export async function revokeOrganizerInvitation(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  await change(site, { slug, viewer, action: 'organizer.manage' }, async ({ tx, challenge, known }) => {
    const { invitation } = parseInput(z.strictObject({ invitation: z.uuid() }), input);
    const where = { id: invitation, challengeId: challenge.id };
    const found = await tx.organizerInvitation.findFirst({ where });
    if (!found) return;
    await tx.organizerInvitation.deleteMany({ where });
    await recordAudit(tx, known, 'organizer.revokeInvitation', challenge.id, { email: found.email });
  });
}

/** Changes what an organizer may do, for owners. Throws CONFLICT for the last owner. */
export async function changeOrganizer(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  await change(site, { slug, viewer, action: 'organizer.manage' }, async ({ tx, challenge, known }) => {
    const { user, role } = parseInput(changeOrganizerRequestSchema, input);
    const found = findOrganizer(challenge, user);
    if (found.role === role) return;
    requireOtherOwner(challenge, user);
    const where = { challengeId_userId: { challengeId: challenge.id, userId: user } };
    await tx.organizer.update({ where, data: { role } });
    const detail = { person: found.user.name };
    const roles = { before: { role: found.role }, after: { role } };
    await recordAudit(tx, known, 'organizer.changeRole', challenge.id, detail, roles);
  });
}

/** Ends somebody's part in the organization: an owner for anybody, each for themselves. Throws CONFLICT for the last owner. */
export async function removeOrganizer(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const { user } = parseInput(removeOrganizerRequestSchema, input);
  const action = user === viewer?.userId ? 'organizer.leave' : 'organizer.manage';
  await change(site, { slug, viewer, action }, async ({ tx, challenge, known }) => {
    const found = findOrganizer(challenge, user);
    requireOtherOwner(challenge, user);
    await tx.organizer.deleteMany({ where: { challengeId: challenge.id, userId: user } });
    const before: { role: OrganizerRoleName } = { role: found.role };
    await recordAudit(tx, known, 'organizer.remove', challenge.id, { person: found.user.name }, { before });
  });
}

function findOrganizer({ organizers }: Challenge, userId: string): Challenge['organizers'][number] {
  const found = organizers.find((organizer) => organizer.userId === userId);
  if (!found) throw new DomainError('NOT_FOUND', 'They aren’t an organizer any more. Load the page again.');
  return found;
}

/** A trigger refuses it too. */
function requireOtherOwner({ organizers }: Challenge, userId: string): void {
  if (organizers.some((organizer) => organizer.role === 'OWNER' && organizer.userId !== userId)) return;
  throw new DomainError(
    'CONFLICT',
    'A challenge always has an owner, and this is the only one. Make another organizer an owner first.',
  );
}
