import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '#runner/log.ts';

const RETRY_MS = 3000;

/**
 * Holds the runner's name for this process, by a session lock of the database that ends with the connection:
 * a start after a kill gets it at once, a second process of the same name does not. When the connection
 * breaks it is taken again in the background; what a runner records never rests on it but on the leases.
 * Throws an Error that says what to do.
 */
export async function lockRunner(
  databaseUrl: string,
  name: string,
  log: Logger,
): Promise<{ release(): Promise<void> }> {
  let client: Client | null = null;
  let released = false;

  /** Connects and asks once; a connection that did not get the lock is closed. */
  const take = async (): Promise<boolean> => {
    const next = new Client({ connectionString: databaseUrl, keepAlive: true });
    // Reported more than once by a connection that breaks: only the first time is there something to do.
    next.on('error', () => {
      if (client !== next) return;
      client = null;
      void retake();
    });
    await next.connect();
    const { rows } = await next.query<{ held: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('heldout runner ' || $1, 0)) AS held`,
      [name],
    );
    if (rows[0]?.held === true) client = next;
    else await next.end();
    return client === next;
  };
  const retake = async (): Promise<void> => {
    let isSaid = false;
    while (!released && client === null) {
      await sleep(RETRY_MS);
      const held = await take().catch(() => null);
      if (held === false && !isSaid) log.error('another runner of the same name has started');
      isSaid ||= held === false;
    }
  };
  const release = async (): Promise<void> => {
    released = true;
    await client?.end().catch(() => undefined);
  };

  if (!(await take())) {
    await release();
    throw new Error(
      `A runner named "${name}" is at work already. Stop it, or give this one its own name (HELDOUT_RUNNER_NAME).`,
    );
  }
  return { release };
}
