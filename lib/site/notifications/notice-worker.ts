import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '#lib/platform/database.ts';
import { workNotices } from '#lib/platform/queue/notice-queue.ts';
import { openQueue } from '#lib/platform/queue/queue.ts';
import type { SiteEnvironment } from '#lib/site/environment.ts';
import { openRehearsals } from '#lib/site/submissions/rehearsals/open-rehearsals.ts';
import { type DeliveringSite, deliverNotices, forgetNotifications } from './deliver-notices.ts';

const START_AGAIN_MS = 5000;
const FORGET_EVERY_MS = 3_600_000;
const OPEN_EVERY_MS = 15_000;

/**
 * Delivers notices when they are due and ends the rehearsals of phases that open, with the site's own database login, until
 * stopped. Several processes of the site
 * share the work. While the database is unavailable, it tries again.
 */
export function startNoticeWorker(
  environment: SiteEnvironment,
  onError: (error: Error) => void,
): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const done = (async () => {
    while (!signal.aborted) {
      await work(environment, signal, onError).catch(onError);
      await sleep(START_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stop.abort();
    await done;
  };
}

async function work(
  environment: SiteEnvironment,
  signal: AbortSignal,
  onError: (error: Error) => void,
): Promise<void> {
  const queue = await openQueue(environment.databaseUrl, { purpose: 'send', onError });
  const db = openDatabase(environment.databaseUrl, { connections: 2 });
  const site: DeliveringSite = { db, environment, queue: async () => queue, now: () => new Date() };
  const forgetting = setInterval(() => forgetNotifications(site).catch(onError), FORGET_EVERY_MS);
  const opening = setInterval(() => openRehearsals(site).catch(onError), OPEN_EVERY_MS);
  try {
    await workNotices(queue, { signal, onError }, () => deliverNotices(site));
  } finally {
    clearInterval(forgetting);
    clearInterval(opening);
    await queue.stop({ graceful: false });
    await db.$disconnect();
  }
}
