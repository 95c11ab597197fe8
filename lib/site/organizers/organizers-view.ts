import type { OrganizersView } from '#lib/api/challenges/organizers.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { sendsMail } from '#lib/site/accounts/email-links/mail-limits.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { listHead } from '#lib/site/console/organized-challenge.ts';
import { siteLink } from '#lib/site/mail/queue-mail.ts';
import type { Site } from '#lib/site/site.ts';

/** Who organizes a challenge, and who is invited to. Throws NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN. */
export async function organizersView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<OrganizersView> {
  const challenge = await findChallenge(site, slug, viewer);
  const { userId: viewerId } = authorize('organizer.read', viewer, { challenge });
  const viewerMayManage = may('organizer.manage', viewer, { challenge });
  const where = { challengeId: challenge.id };
  const rows = await site.db.organizer.findMany({
    where,
    include: { user: { select: { name: true, email: true } } },
    orderBy: [{ role: 'asc' }, { userId: 'asc' }],
  });
  const invitations = viewerMayManage
    ? await site.db.organizerInvitation.findMany({
        where: { ...where, expiresAt: { gt: site.now() } },
        orderBy: { createdAt: 'asc' },
      })
    : [];
  return {
    ...listHead(site, challenge),
    organizers: rows.map(({ userId, role, user }) => ({
      ...{ userId, role, ...user },
      isViewer: userId === viewerId,
    })),
    invitations: invitations.map(({ id, email, role, expiresAt }) => ({
      ...{ id, email, role, url: invitationLink(site, id) },
      expiresAt: expiresAt.toISOString(),
    })),
    viewerMayManage,
    sendsMail: sendsMail(site.environment),
  };
}

export function invitationLink(site: Pick<Site, 'environment'>, id: string): string {
  return siteLink(site, `/organize/invitations/${id}`);
}
