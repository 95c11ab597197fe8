import type { Site } from './site.ts';

export interface Health {
  ok: boolean;
  database: 'ok' | 'unreachable';
}

const TIMEOUT_MS = 2000;

/** Whether the site works, for monitoring from outside. Reveals nothing about its content. */
export async function readHealth({ db, log }: Pick<Site, 'db' | 'log'>): Promise<Health> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`No answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS).unref();
  });
  try {
    await Promise.race([db.$queryRaw`SELECT 1`, timeout]);
    return { ok: true, database: 'ok' };
  } catch (error) {
    log.error({ err: error }, 'the database does not answer');
    return { ok: false, database: 'unreachable' };
  }
}
