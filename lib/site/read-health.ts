import type { Site } from './site.ts';

export interface Health {
  ok: boolean;
  database: 'ok' | 'unreachable';
}

const LIMIT_MS = 2000;

/** Whether the site can do its work, for whoever watches it from outside: says nothing of what is in it. */
export async function readHealth({ db, log }: Pick<Site, 'db' | 'log'>): Promise<Health> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`No answer in ${LIMIT_MS} ms`)), LIMIT_MS).unref();
  });
  try {
    await Promise.race([db.$queryRaw`SELECT 1`, late]);
    return { ok: true, database: 'ok' };
  } catch (error) {
    log.error({ err: error }, 'the database does not answer');
    return { ok: false, database: 'unreachable' };
  }
}
