import { z } from 'zod';
import { writeAnnouncementSchema } from '#lib/api/notifications/announcements.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { addNotices } from '#lib/site/notifications/notices.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { findAnnouncement } from './list-announcements.ts';

/**
 * Publishes an announcement: everybody sees it on the challenge's page, and the members of registered teams are told.
 * `key` is the request's idempotency key.
 */
export async function createAnnouncement(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null,
): Promise<{ id: string }> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('announcement.write', viewer, { challenge });
  const written = parseInput(writeAnnouncementSchema, input);
  const { userId, name: author } = organizer;
  const payload = { challenge: slug, ...written };
  const creation = { userId, key, operation: 'announcement.create', payload };
  const created = await createOnce(site, { ...creation, result: z.object({ id: z.uuid() }) }, async (tx) => {
    const createdAt = site.now();
    const data = { ...written, challengeId: challenge.id, author, createdAt };
    const { id } = await tx.announcement.create({ data, select: { id: true } });
    const content = { kind: 'announcement', announcementId: id } as const;
    await addNotices(tx, [{ content, dueAt: createdAt }]);
    const detail = { announcement: id };
    await recordAudit(tx, organizer, 'announcement.create', challenge.id, detail, { after: written });
    return { id };
  });
  site.shared.forget();
  return created;
}

interface Place {
  slug: string;
  id: string;
}

/** Changes what an announcement says. Nobody is told again. Throws CONFLICT if it was withdrawn. */
export async function editAnnouncement(
  site: Site,
  { slug, id }: Place,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('announcement.write', viewer, { challenge });
  const after = parseInput(writeAnnouncementSchema, input);
  const { title, body, isPinned } = await findAnnouncement(site, challenge.id, id);
  const before = { title, body, isPinned };
  if (after.title === title && after.body === body && after.isPinned === isPinned) return;
  const editedAt = after.title === title && after.body === body ? {} : { editedAt: site.now() };
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.announcement.updateMany({
      where: { id, withdrawnAt: null },
      data: { ...after, ...editedAt },
    });
    if (count === 0) throw withdrawn();
    const detail = { announcement: id };
    await recordAudit(tx, organizer, 'announcement.edit', challenge.id, detail, { before, after });
  });
  site.shared.forget();
}

/** Takes an announcement off the site, for good. Who hasn't been told yet isn't told. Repeating it changes nothing. */
export async function withdrawAnnouncement(
  site: Site,
  { slug, id }: Place,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('announcement.write', viewer, { challenge });
  const { title } = await findAnnouncement(site, challenge.id, id);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.announcement.updateMany({
      where: { id, withdrawnAt: null },
      data: { withdrawnAt: site.now() },
    });
    if (count === 0) return;
    const detail = { announcement: id, title };
    await recordAudit(tx, organizer, 'announcement.withdraw', challenge.id, detail);
  });
  site.shared.forget();
}

function withdrawn(): DomainError {
  return new DomainError(
    'CONFLICT',
    'This announcement was withdrawn. Nothing was changed. Write a new one.',
  );
}
