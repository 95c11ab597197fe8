import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/** Everything that the site stores about the viewer, as JSON; no secrets, of which only hashes are stored. */
export async function exportAccount(
  { db, now }: Site,
  viewer: Viewer | null,
): Promise<Record<string, unknown>> {
  const { userId } = authorize('account.export', viewer);
  const account = await db.user.findUniqueOrThrow({
    where: { id: userId },
    omit: { passwordHash: true, totpSecret: true, totpLastStep: true },
    include: {
      sessions: { select: { browser: true, createdAt: true, lastSeenAt: true, expiresAt: true } },
      tokens: { omit: { tokenHash: true, userId: true } },
      identities: { omit: { userId: true } },
      memberships: { select: { role: true, createdAt: true, team: { select: { slug: true, name: true } } } },
      joinRequests: {
        select: { message: true, state: true, createdAt: true, team: { select: { slug: true } } },
      },
      notifications: { omit: { userId: true }, orderBy: { id: 'asc' } },
      siteOptOuts: { select: { kind: true } },
      downloadKeys: { select: { createdAt: true, replacedAt: true, recipient: true } },
      organizes: { select: { challenge: { select: { slug: true, title: true } } } },
      submissions: {
        select: {
          id: true,
          algorithm: true,
          createdAt: true,
          team: { select: { slug: true } },
          phase: { select: { slug: true, challenge: { select: { slug: true } } } },
        },
        orderBy: { id: 'asc' },
      },
    },
  });
  const { email } = account;
  const mails =
    email === null
      ? []
      : await db.mail.findMany({
          where: { to: email },
          select: { to: true, kind: true, subject: true, state: true, createdAt: true, sentAt: true },
          orderBy: { id: 'asc' },
        });
  const unsubscribed =
    email === null
      ? []
      : await db.mailOptOut.findMany({ where: { email }, select: { kind: true, createdAt: true } });
  return { exportedAt: now(), account, mails, unsubscribed };
}
