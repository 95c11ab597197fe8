import { setTimeout as sleep } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';

/**
 * The queue whose jobs tell a site process to deliver what is due. All processes ask for a job all the time, and the
 * queue makes one of them for each period; the notices' rows decide what is delivered, so that a job too many is
 * harmless.
 */
export const NOTICES = 'notices';

const PERIOD_SECONDS = 10;
const SUPERVISE_MS = 600_000;

export const NOTICE_RULES = {
  expireInSeconds: 300,
  // The next job does what one has left.
  retryLimit: 0,
  retentionSeconds: 600,
  deleteAfterSeconds: 600,
};

/** Calls `handle` once per period in one of the processes that do this, until aborted. Errors are reported. */
export async function workNotices(
  queue: PgBoss,
  { signal, onError }: { signal: AbortSignal; onError: (error: Error) => void },
  handle: () => Promise<void>,
): Promise<void> {
  const supervising = setInterval(() => queue.supervise(NOTICES).catch(onError), SUPERVISE_MS);
  try {
    while (!signal.aborted) {
      await handleNext(queue, handle).catch(onError);
      await sleep(PERIOD_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearInterval(supervising);
  }
}

async function handleNext(queue: PgBoss, handle: () => Promise<void>): Promise<void> {
  await queue.send(NOTICES, {}, { singletonSeconds: PERIOD_SECONDS });
  const [job] = await queue.fetch<unknown>(NOTICES);
  if (!job) return;
  try {
    await handle();
    await queue.complete(NOTICES, job.id);
  } catch (error) {
    await queue.fail(NOTICES, job.id, error as Error);
    throw error;
  }
}
