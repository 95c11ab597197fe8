import type { AuditEntry, AuditQuery, AuditView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Database } from '#lib/platform/database.ts';
import { newestFirst, type PageWithPrevious, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';
import { findOrganized, listHead } from './organized-challenge.ts';

/** One page of the audit trail of a challenge, for organizers. */
export async function auditView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: AuditQuery,
): Promise<AuditView> {
  const challenge = await findOrganized(site, slug, viewer, 'audit.read');
  const { rows: audit, ...links } = await readAuditPage(site, challenge.id, query);
  return { ...listHead(site, challenge), audit, ...links };
}

export function readAuditPage(
  { db }: Site,
  challengeId: string,
  query: AuditQuery,
): Promise<PageWithPrevious<AuditEntry>> {
  return readPageWithPrevious(
    query,
    (slice) => findEvents(db, challengeId, query, slice),
    ({ id }) => id,
  );
}

/** Who did it, and the team and the submission that it was done to; reading all of a detail takes four times as long. */
const searched = Prisma.sql`concat_ws(' ', event.actor, event.detail->>'team', event.detail->>'submission')`;

async function findEvents(
  db: Database,
  challengeId: string,
  { action, q, from, to }: AuditQuery,
  slice: Slice,
): Promise<AuditEntry[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`event.id`, slice);
  const conditions = [Prisma.sql`event."challengeId" = ${challengeId}::uuid`, isInSlice];
  if (action) conditions.push(Prisma.sql`event.action = ${action}`);
  if (q) conditions.push(Prisma.sql`position(lower(${q}) IN lower(${searched})) > 0`);
  if (from) conditions.push(Prisma.sql`event.at >= ${`${from}T00:00:00Z`}::timestamptz`);
  if (to) conditions.push(Prisma.sql`event.at < ${`${to}T00:00:00Z`}::timestamptz + interval '1 day'`);
  const rows = await db.$queryRaw<(Omit<AuditEntry, 'at'> & { at: Date })[]>`
    SELECT event.id, event.at, event.actor, event.action, event.detail, event.address, event.client,
      event.before, event.after
    FROM "AuditEvent" event WHERE ${Prisma.join(conditions, ' AND ')} ${firstOfSlice}`;
  return rows.map(({ at, ...event }) => ({ ...event, at: at.toISOString() }));
}
