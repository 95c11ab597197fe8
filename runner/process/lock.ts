import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '#runner/log.ts';

const RETRY_MS = 3000;

/**
 * Reserves the runner's name for this process with a session lock of the database, which ends with its
 * connection. So a restart after a kill gets the lock at once, but a second process with the same name
 * doesn't. If the connection is lost, the lock is taken again in the background; results are protected by
 * leases and never depend on it. Throws an Error that says what to do.
 */
export async function lockRunner(
  databaseUrl: string,
  name: string,
  log: Logger,
): Promise<{ release(): Promise<void> }> {
  let client: Client | null = null;
  let released = false;

  /** Connects and tries to get the lock once. Closes the connection if it fails. */
  const take = async (): Promise<boolean> => {
    const next = new Client({ connectionString: databaseUrl, keepAlive: true });
    // A broken connection emits several errors; only the first one needs handling.
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
    let isLogged = false;
    while (!released && client === null) {
      await sleep(RETRY_MS);
      const held = await take().catch(() => null);
      if (held === false && !isLogged) log.error('another runner of the same name has started');
      isLogged ||= held === false;
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
