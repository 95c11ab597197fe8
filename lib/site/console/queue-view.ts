import type { QueueEntry, QueueQuery, QueueView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { readQueue } from '#lib/platform/queue/read-queue.ts';
import { may } from '#lib/site/authorization.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import { type PageWithPrevious, readPageWithPrevious } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { readConsoleSummary } from './console-summary.ts';
import { filteredPhases, findOrganized, listHead } from './organized-challenge.ts';
import { readHolds } from './queue/hold-evaluations.ts';
import { readExpectedStarts } from './queue/read-expected-starts.ts';

/** One page of the queue, for organizers. */
export async function queueView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: QueueQuery,
): Promise<QueueView> {
  const challenge = await findOrganized(site, slug, viewer);
  const [{ rows: queue, ...links }, { counts, queueLength }, holds] = await Promise.all([
    readQueuePage(site, challenge, query),
    readConsoleSummary(site, challenge),
    readHolds(site, challenge.id),
  ]);
  const viewerMay = { hold: may('queue.hold', viewer, { challenge }) };
  return { ...listHead(site, challenge), queue, queueLength, counts, holds, viewerMay, ...links };
}

export async function readQueuePage(
  site: Site,
  challenge: Challenge,
  query: QueueQuery,
): Promise<PageWithPrevious<QueueEntry>> {
  const phaseIds = filteredPhases(challenge, query.phase).map(({ id }) => id);
  const [page, starts] = await Promise.all([
    readPageWithPrevious(
      query,
      (slice) => readQueue(site.db, phaseIds, slice),
      ({ jobId }) => jobId,
    ),
    readExpectedStarts(site),
  ]);
  const nowMs = site.now().getTime();
  const timeIn = (seconds: number) => new Date(nowMs + seconds * 1000).toISOString();
  const phaseOf = new Map(challenge.phases.map((phase) => [phase.id, phase]));
  const rows = page.rows.map(({ jobId: _, phaseId, createdAt, ...entry }): QueueEntry => {
    const { slug, title } = phaseOf.get(phaseId)!;
    const start = starts.get(entry.evaluationId);
    return {
      ...entry,
      ...{ phaseSlug: slug, phaseTitle: title, createdAt: createdAt.toISOString() },
      starts: start
        ? { earliest: timeIn(start.earliest), latest: start.latest === null ? null : timeIn(start.latest) }
        : null,
    };
  });
  return { ...page, rows };
}
