import { setTimeout as sleep } from 'node:timers/promises';
import { fromPrisma, type PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Transaction } from '#lib/platform/database.ts';

/**
 * The queue of mails. A job only says that a mail may be ready to be sent; its row decides, so that duplicate or
 * obsolete jobs are harmless.
 */
export const MAILS = 'mails';

/** About 40 hours: eight attempts in the first hour, then one per hour. */
export const MAX_MAIL_ATTEMPTS = 48;

export const MAIL_RULES = {
  expireInSeconds: 300,
  retryLimit: MAX_MAIL_ATTEMPTS,
  retryDelay: 15,
  retryBackoff: true,
  retryDelayMax: 3600,
  retentionSeconds: 14 * 24 * 3600,
  deleteAfterSeconds: 24 * 3600,
};

const POLL_MS = 1000;
/** Returns the jobs of a process that was killed to the queue. */
const SUPERVISE_MS = 30_000;

const payloadSchema = z.strictObject({ mailId: z.uuid() });

/** Queues a mail in the transaction of its row, so that both are committed or neither is. */
export async function sendMailJob(queue: PgBoss, tx: Transaction, mailId: string): Promise<void> {
  const db = fromPrisma(tx as unknown as Parameters<typeof fromPrisma>[0]);
  const sent = await queue.send(MAILS, payloadSchema.parse({ mailId }), { db });
  if (sent === null) throw new Error(`The queue refused mail ${mailId}.`);
}

/**
 * Hands one mail after another to `handle` until aborted, and resolves when the last one has ended. If it throws, the
 * mail is delivered again after a delay. Several processes may work at the same time.
 */
export async function workMailQueue(
  queue: PgBoss,
  { signal, onError }: { signal: AbortSignal; onError: (error: Error) => void },
  handle: (mailId: string) => Promise<void>,
): Promise<void> {
  const supervising = setInterval(() => queue.supervise(MAILS).catch(onError), SUPERVISE_MS);
  try {
    while (!signal.aborted) {
      const delivered = await deliverNext(queue, handle).catch((error: Error) => {
        onError(error);
        return false;
      });
      if (!delivered) await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearInterval(supervising);
  }
}

/** Delivers the next mail. Returns false if there is none. Throws if the queue can't be reached. */
async function deliverNext(queue: PgBoss, handle: (mailId: string) => Promise<void>): Promise<boolean> {
  const [job] = await queue.fetch<unknown>(MAILS);
  if (!job) return false;
  // Names the delivery and not the job, so that a later delivery to another process isn't affected.
  const { id, retryCount, data } = job;
  try {
    await handle(payloadSchema.parse(data).mailId);
  } catch (error) {
    await queue.fail(MAILS, { id, retryCount }, error as Error);
    return true;
  }
  await queue.complete(MAILS, { id, retryCount });
  return true;
}
