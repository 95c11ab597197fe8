import { z } from 'zod';
import { passwordSchema } from '#lib/api/accounts.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { passwordChanged } from '#lib/site/mail/templates/password-changed.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { requireUncommonPassword } from './passwords/common-passwords.ts';
import { hashPassword } from './passwords.ts';
import { setPassword } from './sessions.ts';
import { confirmPassword } from './sign-in.ts';

const inputSchema = z.strictObject({ current: z.string().max(200), password: passwordSchema });

/**
 * Changes the viewer's password and ends all of their sessions except this one. API tokens keep working. Returns
 * the hash of the new password.
 */
export async function changePassword(site: Site, input: unknown, viewer: Viewer | null): Promise<string> {
  const known = authorize('account.change', viewer);
  const { current, password } = parseInput(inputSchema, input);
  await confirmPassword(site, known, 'current', current);
  await requireUncommonPassword(password, known);
  const passwordHash = await hashPassword(password);
  await site.db.$transaction(async (tx) => {
    await setPassword(tx, known.userId, passwordHash, known.sessionId);
    if (known.email !== null) {
      const message = passwordChanged({ accountUrl: siteLink(site, '/account') });
      await queueMail(site, tx, { to: known.email, kind: 'account', message });
    }
    await recordAudit(tx, known, 'account.changePassword', null, {});
  });
  return passwordHash;
}
