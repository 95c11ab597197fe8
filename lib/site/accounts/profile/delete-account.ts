import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { confirmPassword } from '#lib/site/accounts/sign-in.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { forgetDataRequests } from '#lib/site/datasets/access/forget-requests.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

const inputSchema = z.strictObject({ password: z.string().max(200) });

/** In place of the person's name wherever results of theirs are shown. */
const FORMER_MEMBER = 'Former member';

/**
 * Deletes the viewer's account: its row keeps nothing personal, everything else of it is deleted. Submissions and
 * their results stay, because they are their teams' and published, and so does which terms a team accepted. Refused while others depend on the account.
 */
export async function deleteAccount(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.delete', viewer);
  const { password } = parseInput(inputSchema, input);
  await confirmPassword(site, known, 'password', password);
  const { userId, email } = known;
  await site.db.$transaction(async (tx) => {
    await lockUntilCommit(tx, `teams of ${userId}`);
    await requireNobodyDepends(tx, userId);
    await recordAudit(tx, known, 'account.delete', null, {});
    await tx.user.update({
      where: { id: userId },
      data: {
        name: FORMER_MEMBER,
        email: null,
        emailVerifiedAt: null,
        passwordHash: null,
        isAdmin: false,
        affiliation: null,
        country: null,
        orcid: null,
        totpSecret: null,
        totpConfirmedAt: null,
        totpLastStep: null,
        deletedAt: site.now(),
      },
      select: { id: true },
    });
    await tx.session.deleteMany({ where: { userId } });
    await tx.apiToken.deleteMany({ where: { userId } });
    await tx.recoveryCode.deleteMany({ where: { userId } });
    await tx.identity.deleteMany({ where: { userId } });
    await tx.emailLink.deleteMany({ where: { userId } });
    await tx.idempotencyKey.deleteMany({ where: { userId } });
    await tx.membership.deleteMany({ where: { userId } });
    await tx.joinRequest.updateMany({ where: { userId }, data: { message: '' } });
    await tx.joinRequest.updateMany({ where: { userId, state: 'PENDING' }, data: { state: 'WITHDRAWN' } });
    await forgetDataRequests(tx, userId, site.now());
    await tx.organizer.deleteMany({ where: { userId } });
    await tx.notification.deleteMany({ where: { userId } });
    await tx.siteOptOut.deleteMany({ where: { userId } });
    if (email === null) return;
    await tx.mail.deleteMany({ where: { to: email } });
    await tx.mailOptOut.deleteMany({ where: { email } });
    await tx.organizerInvitation.deleteMany({ where: { email } });
    // What is left of them is that somebody was invited.
    await tx.invitation.updateMany({ where: { email, revokedAt: null }, data: { revokedAt: site.now() } });
    await tx.invitation.updateMany({ where: { email }, data: { email: null } });
  });
}

/** Throws CONFLICT, with what to do first. */
async function requireNobodyDepends(tx: Transaction, userId: string): Promise<void> {
  const teams = await tx.team.findMany({
    where: { members: { some: { userId, role: 'OWNER' } } },
    select: { name: true },
  });
  if (teams.length > 0) {
    const names = teams.map(({ name }) => `“${name}”`).join(', ');
    throw new DomainError(
      'CONFLICT',
      `You own ${names}. Hand it over to another member first, or dissolve it: its results stay.`,
    );
  }
  const challenges = await tx.challenge.findMany({
    where: {
      organizers: { some: { userId, role: 'OWNER' }, none: { userId: { not: userId }, role: 'OWNER' } },
    },
    select: { title: true },
  });
  if (challenges.length > 0) {
    const titles = challenges.map(({ title }) => `“${title}”`).join(', ');
    throw new DomainError(
      'CONFLICT',
      `You are the only owner of ${titles}. Make another organizer an owner first, or ask an administrator.`,
    );
  }
}
