import type { QueueEntry, QueueQuery, QueueView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { readQueue } from '#lib/platform/queue/read-queue.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import { type PageWithPrevious, readPageWithPrevious } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { readConsoleSummary } from './console-summary.ts';
import { filteredPhases, findOrganized, listHead } from './organized-challenge.ts';

/** One page of the queue, for organizers. */
export async function queueView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: QueueQuery,
): Promise<QueueView> {
  const challenge = await findOrganized(site, slug, viewer);
  const [{ rows: queue, ...links }, { counts, queueLength }] = await Promise.all([
    readQueuePage(site, challenge, query),
    readConsoleSummary(site, challenge),
  ]);
  return { ...listHead(site, challenge), queue, queueLength, counts, ...links };
}

export async function readQueuePage(
  { db }: Site,
  challenge: Challenge,
  query: QueueQuery,
): Promise<PageWithPrevious<QueueEntry>> {
  const phaseIds = filteredPhases(challenge, query.phase).map(({ id }) => id);
  const page = await readPageWithPrevious(
    query,
    (slice) => readQueue(db, phaseIds, slice),
    ({ jobId }) => jobId,
  );
  const phaseOf = new Map(challenge.phases.map((phase) => [phase.id, phase]));
  const rows = page.rows.map(({ jobId: _, phaseId, createdAt, ...entry }): QueueEntry => {
    const { slug, title } = phaseOf.get(phaseId)!;
    return { ...entry, phaseSlug: slug, phaseTitle: title, createdAt: createdAt.toISOString() };
  });
  return { ...page, rows };
}
