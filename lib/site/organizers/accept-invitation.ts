import { z } from 'zod';
import type { OrganizerInvitationView } from '#lib/api/challenges/organizers.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { sendsMail } from '#lib/site/accounts/email-links/mail-limits.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * An invitation to organize, for the account with its address: the link alone isn't enough, because mails are forwarded.
 * Throws NOT_SIGNED_IN, NOT_FOUND for whoever it isn't for.
 */
export async function organizerInvitation(
  site: Site,
  id: string,
  viewer: Viewer | null,
): Promise<OrganizerInvitationView> {
  const known = authorize('organizer.accept', viewer);
  const { role, challenge } = await findInvitation(site, site.db, id, known);
  return { id, role, challenge: { slug: challenge.slug, title: challenge.title } };
}

/** Makes the viewer an organizer. Returns the challenge's slug. Throws CONFLICT while their address isn't confirmed. */
export async function acceptOrganizerInvitation(
  site: Site,
  id: string,
  viewer: Viewer | null,
): Promise<string> {
  const known = authorize('organizer.accept', viewer);
  const { userId } = known;
  const slug = await site.db.$transaction(async (tx) => {
    const { challengeId, role, challenge } = await findInvitation(site, tx, id, known);
    const { emailVerifiedAt } = await tx.user.findUniqueOrThrow({ where: { id: userId } });
    if (sendsMail(site.environment) && !emailVerifiedAt) {
      throw new DomainError('CONFLICT', 'Confirm your email address in your account first. Then accept.');
    }
    // Deleted once, however often it is accepted at the same time.
    if ((await tx.organizerInvitation.deleteMany({ where: { id } })).count === 0) throw noInvitation();
    await tx.organizer.createMany({ data: [{ challengeId, userId, role }], skipDuplicates: true });
    await recordAudit(tx, known, 'organizer.accept', challengeId, { role });
    return challenge.slug;
  });
  site.shared.forget();
  return slug;
}

async function findInvitation(site: Pick<Site, 'now'>, tx: Transaction, id: string, { email }: Viewer) {
  const isId = z.uuid().safeParse(id).success;
  const found = isId
    ? await tx.organizerInvitation.findUnique({ where: { id }, include: { challenge: true } })
    : null;
  if (!found || found.email !== email || found.expiresAt <= site.now()) throw noInvitation();
  return found;
}

function noInvitation(): DomainError {
  return new DomainError(
    'NOT_FOUND',
    'There is no such invitation for your address. It may have expired, been revoked or been used, or it was sent to another address of yours.',
  );
}
