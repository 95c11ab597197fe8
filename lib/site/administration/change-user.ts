import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { type AuditAction, recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { securityNotice } from '#lib/site/mail/templates/security-notice.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

export const USER_CHANGES = ['grant', 'revoke', 'disable', 'enable', 'resetSecondFactor'] as const;
const inputSchema = z.strictObject({ id: z.uuid(), change: z.enum(USER_CHANGES) });
type UserChange = (typeof USER_CHANGES)[number];

const ACTIONS: Record<UserChange, AuditAction> = {
  grant: 'user.grantAdministrator',
  revoke: 'user.revokeAdministrator',
  disable: 'user.disable',
  enable: 'user.enable',
  resetSecondFactor: 'user.resetSecondFactor',
};

/**
 * Changes somebody's role, disables their account or removes its second factor, as an administrator. The owner is told by
 * mail. Repeating it changes nothing. Nobody can do it to their own account, so that an administrator is always left.
 */
export async function changeUser(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('user.administer', viewer);
  const { id, change } = parseInput(inputSchema, input);
  if (id === known.userId) {
    throw new DomainError('CONFLICT', 'This is your own account. Ask another administrator to change it.');
  }
  await site.db.$transaction(async (tx) => {
    const [user] = await tx.$queryRaw<Locked[]>`
      SELECT id, name, email, "isAdmin", "disabledAt" IS NOT NULL AS "isDisabled",
        "totpSecret" IS NOT NULL AS "hasSecondFactor"
      FROM "User" WHERE id = ${id}::uuid AND "deletedAt" IS NULL FOR UPDATE`;
    if (!user) throw new DomainError('NOT_FOUND', 'This account doesn’t exist any more.');
    const what = await apply(tx, user, change, site.now());
    if (what === null) return;
    await recordAudit(tx, known, ACTIONS[change], null, { user: id, name: user.name });
    const { email } = user;
    if (email === null) return;
    const accountUrl = siteLink(site, '/account');
    const message = securityNotice({ subject: 'Your Heldout account was changed', what, accountUrl });
    await queueMail(site, tx, { to: email, kind: 'account', message });
  });
}

interface Locked {
  id: string;
  name: string;
  email: string | null;
  isAdmin: boolean;
  isDisabled: boolean;
  hasSecondFactor: boolean;
}

/** Returns what the owner is told; null if nothing has changed. */
async function apply(
  tx: Transaction,
  { id, isAdmin, isDisabled, hasSecondFactor }: Locked,
  change: UserChange,
  now: Date,
): Promise<string | null> {
  const update = (data: Parameters<Transaction['user']['update']>[0]['data']) =>
    tx.user.update({ where: { id }, data, select: { id: true } });
  switch (change) {
    case 'grant':
    case 'revoke':
      if (isAdmin === (change === 'grant')) return null;
      await update({ isAdmin: !isAdmin });
      return isAdmin
        ? 'You are no longer an administrator.'
        : 'An administrator has made you an administrator.';
    case 'disable':
      if (isDisabled) return null;
      await update({ disabledAt: now });
      await tx.session.deleteMany({ where: { userId: id } });
      return 'An administrator has disabled your account. You can’t sign in, and your API tokens don’t work.';
    case 'enable':
      if (!isDisabled) return null;
      await update({ disabledAt: null });
      return 'An administrator has enabled your account again.';
    case 'resetSecondFactor':
      if (!hasSecondFactor) return null;
      await update({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null });
      await tx.recoveryCode.deleteMany({ where: { userId: id } });
      await tx.session.deleteMany({ where: { userId: id } });
      return 'An administrator has removed the second factor of your account. Sign in, and set it up again.';
  }
}
