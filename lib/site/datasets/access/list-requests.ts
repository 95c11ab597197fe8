import type {
  DATA_REQUEST_FILTERS,
  DataRequestEntry,
  DataRequestFilter,
  ListDataRequestsQuery,
} from '#lib/api/datasets/requests.ts';
import type { DataRequestsView } from '#lib/api/pages/organizer/data.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { EXPIRING_DAYS } from '#lib/domain/datasets/data-request.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import type { Database } from '#lib/platform/database.ts';
import { may } from '#lib/site/authorization.ts';
import { findOrganized, listHead } from '#lib/site/console/organized-challenge.ts';
import { readPage, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import { withReleases } from '../dataset-view.ts';
import { settingsOf } from './access-settings.ts';
import { lastsBeyond } from './find-access.ts';
import { contentOf, eventsOf, withEvents } from './request-rows.ts';
import { readUsualWait } from './usual-wait.ts';

/** One page of the requests for the data of a challenge, for its organizers. Drafts are the person’s own. */
export async function listDataRequests(
  site: Site,
  slug: string,
  query: ListDataRequestsQuery,
  viewer: Viewer | null,
): Promise<{ requests: DataRequestEntry[]; next: string | null }> {
  const challenge = await findOrganized(site, slug, viewer, 'dataRequest.read');
  const read = (slice: Slice) => findRequests(site, challenge.id, query, slice);
  const { rows, next } = await readPage(query, read, ({ id }) => id);
  return { requests: rows, next };
}

/** The same for the console, with the datasets and counts. */
export async function dataRequestsView(
  site: Site,
  slug: string,
  query: ListDataRequestsQuery,
  viewer: Viewer | null,
): Promise<DataRequestsView> {
  const challenge = await findOrganized(site, slug, viewer, 'dataRequest.read');
  const read = (slice: Slice) => findRequests(site, challenge.id, query, slice);
  const [{ rows, ...links }, datasets] = await Promise.all([
    readPageWithPrevious(query, read, ({ id }) => id),
    site.db.dataset.findMany({
      where: { challengeId: challenge.id },
      include: withReleases,
      orderBy: { name: 'asc' },
    }),
  ]);
  const described = datasets.map(async (dataset) => ({
    ...{ name: dataset.name, title: dataset.title, access: dataset.access },
    dueDays: dataset.dueDays,
    usualWait: await readUsualWait(site.db, dataset.id),
    counts: await countRequests(site.db, dataset.id, site.now()),
  }));
  const replies = datasets.flatMap((dataset) => settingsOf(dataset).replies.map(({ name }) => name));
  return {
    ...listHead(site, challenge),
    requests: rows,
    datasets: await Promise.all(described),
    replies: [...new Set(replies)],
    mayDecide: may('dataRequest.decide', viewer, { challenge }),
    mayEdit: may('dataset.edit', viewer, { challenge }),
    ...links,
  };
}

/** Which requests a filter shows. */
export function filterOf(filter: DataRequestFilter, now: Date): Prisma.DataRequestWhereInput {
  const soon = new Date(now.getTime() + EXPIRING_DAYS * DAY_MS);
  switch (filter) {
    case 'OVERDUE':
      return { state: 'SUBMITTED', dueAt: { lte: now } };
    case 'APPROVED':
      return lastsBeyond(now);
    case 'EXPIRING':
      return { state: 'APPROVED', expiresAt: { gt: now, lte: soon } };
    case 'EXPIRED':
      return { state: 'APPROVED', expiresAt: { lte: now } };
    default:
      return { state: filter };
  }
}

const COUNTED = [
  'SUBMITTED',
  'OVERDUE',
  'CLARIFICATION',
  'APPROVED',
  'EXPIRING',
] as const satisfies readonly (typeof DATA_REQUEST_FILTERS)[number][];

async function countRequests(
  db: Database,
  datasetId: string,
  now: Date,
): Promise<Record<(typeof COUNTED)[number], number>> {
  const counts = COUNTED.map(async (filter) => {
    const where = { datasetId, submittedAt: { not: null }, ...filterOf(filter, now) };
    return [filter, await db.dataRequest.count({ where })] as const;
  });
  return Object.fromEntries(await Promise.all(counts)) as Record<(typeof COUNTED)[number], number>;
}

async function findRequests(
  { db, now }: Site,
  challengeId: string,
  { state, dataset, q }: ListDataRequestsQuery,
  { cursor, side, limit }: Slice,
): Promise<DataRequestEntry[]> {
  const at = now();
  const rows = await db.dataRequest.findMany({
    where: {
      AND: [
        { submittedAt: { not: null }, dataset: { challengeId, ...(dataset ? { name: dataset } : {}) } },
        state ? filterOf(state, at) : {},
        q ? searchOf(q) : {},
        cursor === null ? {} : { id: side === 'before' ? { gt: cursor } : { lt: cursor } },
      ],
    },
    include: {
      ...withEvents,
      dataset: { select: { name: true } },
      decidedBy: { select: { name: true } },
      user: { select: { name: true, email: true, emailVerifiedAt: true, dataSignatures: true } },
    },
    orderBy: { id: side === 'before' ? 'asc' : 'desc' },
    take: limit,
  });
  return rows.map((row) => ({
    ...contentOf(row, at),
    dataset: row.dataset.name,
    person: {
      name: row.user.name,
      email: row.user.email,
      isVerified: row.user.emailVerifiedAt !== null,
    },
    signature: latestSignature(
      row.user.dataSignatures.filter(({ datasetId }) => datasetId === row.datasetId),
    ),
    decidedBy: row.decidedBy?.name ?? null,
    events: eventsOf(row),
  }));
}

function searchOf(q: string): Prisma.DataRequestWhereInput {
  const text = { contains: q, mode: 'insensitive' as const };
  return { OR: [{ institution: text }, { user: { OR: [{ name: text }, { email: text }] } }] };
}

function latestSignature(
  signatures: readonly { name: string; version: string; termsSha256: string; signedAt: Date }[],
): DataRequestEntry['signature'] {
  const [latest] = [...signatures].sort((one, other) => other.signedAt.getTime() - one.signedAt.getTime());
  if (!latest) return null;
  const { name, version, termsSha256, signedAt } = latest;
  return { name, version, termsSha256, at: signedAt.toISOString() };
}
