import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  type ChangedTeam,
  createInvitationRequestSchema,
  createInvitationResponseSchema,
  type Invitation,
} from '#lib/api/teams/teams.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { MAX_OPEN_INVITATIONS } from '#lib/domain/teams/limits.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { authorizeForLockedTeam, authorizeForTeam } from '#lib/site/authorization.ts';
import { createOnce, isRepetition } from '#lib/site/create-once.ts';
import { queueMail } from '#lib/site/mail/queue-mail.ts';
import { invitedToTeam } from '#lib/site/mail/templates/team.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { Invitation as InvitationRow } from '#prisma-client';
import { invitationAddress, noInvitation } from './invitation-token.ts';
import { changeTeam, lockTeam, recordTeamAudit } from './team-lock.ts';

/** What is kept of the request’s result: the link is a secret, and is computed. */
const keptSchema = createInvitationResponseSchema.shape.invitation.omit({ url: true });

/** Invites to a team, for its owner: by a link, or by mail to one address. `key` is the idempotency key. */
export async function createInvitation(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<Invitation> {
  const { viewer: known } = authorizeForTeam('team.invite', viewer, slug);
  const request = parseInput(createInvitationRequestSchema, input);
  const { userId } = known;
  if (request.email && !(await isRepetition(site, { userId, key }))) {
    await consumeAttempt(
      site,
      RATE_LIMITS.inviteByMail,
      userId,
      'Invite by a link instead, which you send yourself.',
    );
  }
  const payload = { team: slug, ...request };
  const creation = { userId, key, operation: 'team.invite', payload, result: keptSchema };
  const kept = await createOnce(site, creation, async (tx) => {
    const team = await lockTeam(tx, slug);
    authorizeForLockedTeam('team.invite', known, team);
    await requireFewInvitations(tx, team.id, site.now());
    const row = await tx.invitation.create({
      data: rowOf(request, { teamId: team.id, userId, now: site.now() }),
    });
    if (row.email) await mailInvitation(site, tx, { row, to: row.email, team: team.name, by: known.name });
    await recordTeamAudit(tx, known, 'team.invite', team, { invitation: row.id, maxUses: row.maxUses });
    return withoutLink(row);
  });
  return { ...kept, url: invitationAddress(site.environment, kept.id) };
}

function mailInvitation(
  site: Site,
  tx: Transaction,
  { row, to, team, by }: { row: InvitationRow; to: string; team: string; by: string },
): Promise<void> {
  const { id, createdAt, expiresAt } = row;
  const days = Math.round((expiresAt.getTime() - createdAt.getTime()) / DAY_MS);
  const message = invitedToTeam({ team, by, days, url: invitationAddress(site.environment, id) });
  return queueMail(site, tx, { to, kind: 'invitation', message, expiresAt });
}

function rowOf(
  { email, days, maxUses }: z.output<typeof createInvitationRequestSchema>,
  { teamId, userId, now }: { teamId: string; userId: string; now: Date },
) {
  return {
    teamId,
    createdById: userId,
    email: email ?? null,
    maxUses: email ? 1 : maxUses,
    createdAt: now,
    expiresAt: new Date(now.getTime() + days * DAY_MS),
  };
}

async function requireFewInvitations(tx: Transaction, teamId: string, now: Date): Promise<void> {
  if ((await findOpenInvitations(tx, teamId, now)).length < MAX_OPEN_INVITATIONS) return;
  throw new DomainError(
    'CONFLICT',
    `Your team has ${MAX_OPEN_INVITATIONS} open invitations, which is the maximum. Revoke one first.`,
  );
}

/** Those that still work, newest first. */
export function findOpenInvitations(tx: Transaction, teamId: string, now: Date): Promise<InvitationRow[]> {
  return tx.invitation.findMany({
    where: {
      teamId,
      revokedAt: null,
      expiresAt: { gt: now },
      uses: { lt: tx.invitation.fields.maxUses },
    },
    orderBy: { id: 'desc' },
  });
}

export function withoutLink({ id, email, uses, maxUses, createdAt, expiresAt }: InvitationRow) {
  const [created, expires] = [createdAt.toISOString(), expiresAt.toISOString()];
  return { id, email, uses, maxUses, createdAt: created, expiresAt: expires };
}

/** Makes a link stop working. Revoking it again changes nothing. */
export function revokeInvitation(
  site: Site,
  slug: string,
  id: string,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  return changeTeam(site, { action: 'team.invite', slug, viewer }, async (tx, team, known) => {
    const isId = z.uuid().safeParse(id).success;
    const where = { id, teamId: team.id };
    if (!isId || !(await tx.invitation.findFirst({ where }))) throw noInvitation();
    const data = { revokedAt: site.now() };
    const { count } = await tx.invitation.updateMany({ where: { ...where, revokedAt: null }, data });
    if (count > 0) await recordTeamAudit(tx, known, 'team.revokeInvitation', team, { invitation: id });
  });
}
