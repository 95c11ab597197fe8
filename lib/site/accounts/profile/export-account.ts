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
      dataRequests: {
        omit: { userId: true, datasetId: true, decidedById: true },
        include: {
          dataset: { select: { name: true, challenge: { select: { slug: true } } } },
          events: {
            where: { step: { not: 'NOTE' } },
            select: { step: true, text: true, createdAt: true },
            orderBy: { id: 'asc' },
          },
        },
        orderBy: { id: 'asc' },
      },
      dataSignatures: {
        omit: { userId: true, datasetId: true },
        include: { dataset: { select: { name: true, challenge: { select: { slug: true } } } } },
      },
      organizes: { select: { challenge: { select: { slug: true, title: true } } } },
      termsAcceptances: {
        select: {
          version: true,
          acceptedAt: true,
          team: { select: { slug: true } },
          terms: { select: { challenge: { select: { slug: true } } } },
        },
      },
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
  const downloads = await db.download.findMany({
    where: { userId },
    select: { path: true, startedAt: true, variant: { select: variantPlace } },
    orderBy: { id: 'asc' },
  });
  const invitations = email === null ? null : await readInvitations(db, email);
  return { exportedAt: now(), account, mails, unsubscribed, invitations, downloads };
}

/** To teams and to organize, that were sent to the address. */
async function readInvitations(db: Site['db'], email: string) {
  const times = { createdAt: true, expiresAt: true };
  return {
    teams: await db.invitation.findMany({
      where: { email },
      select: { ...times, team: { select: { slug: true } } },
    }),
    challenges: await db.organizerInvitation.findMany({
      where: { email },
      select: { ...times, role: true, challenge: { select: { slug: true } } },
    }),
  };
}

const variantPlace = {
  name: true,
  release: { select: { version: true, dataset: { select: { name: true } } } },
} as const;
