import pg from 'pg';
import { ROOT } from '#scripts/root.ts';
import { sourcesHash } from '#scripts/sources-hash.ts';
import { copyDatabase, type TestDatabase, withDatabase } from '#test/support/database.ts';
import type { DatabaseServer } from '#test/support/postgres-setup.ts';
import { Progress } from './progress.ts';
import { seedLargeDatabase } from './seed.ts';

/** What the seeded database follows from. */
const SOURCES = [
  'prisma/migrations',
  'lib/domain/evaluations',
  'lib/domain/metrics',
  'lib/platform/queue',
  'test/bench/large-database',
];
const PREFIX = 'large_';

/**
 * A copy of the large database (seed.ts). It is seeded unless a database of the same migrations and seed is kept from
 * an earlier run on this server.
 *
 * @param options.fresh seeds it in any case.
 */
export async function copyLargeDatabase(
  server: DatabaseServer,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<TestDatabase> {
  const template = `${PREFIX}${sourcesHash(ROOT, SOURCES).slice(0, 16)}`;
  const progress = new Progress();
  await ensureSeeded(server, { template, fresh, progress });
  const database = await progress.step('Copy the large database', () => {
    return copyDatabase(server, { template, strategy: 'FILE_COPY' });
  });
  await refreshTimes(database);
  return database;
}

async function ensureSeeded(
  server: DatabaseServer,
  { template, fresh, progress }: { template: string; fresh: boolean; progress: Progress },
): Promise<void> {
  const client = new pg.Client({ connectionString: server.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE starts_with(datname, '${PREFIX}')`,
    );
    const kept = rows.map(({ datname }) => datname);
    if (kept.includes(template) && !fresh) return;
    // Each has more than a gigabyte, and an older one is of no use.
    for (const name of kept) await client.query(`DROP DATABASE ${name}`);
    const unfinished = `${template}_seeding`;
    await client.query(`CREATE DATABASE ${unfinished} TEMPLATE ${server.template}`);
    const startedAt = performance.now();
    await seedLargeDatabase(withDatabase(server.ownerUrl, unfinished), progress);
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
    process.stderr.write(
      `Seeded the large database in ${Math.round((performance.now() - startedAt) / 1000)} s.\n`,
    );
  } finally {
    await client.end();
  }
}

/** Makes a kept database look as if its runners worked now. */
async function refreshTimes({ owner }: TestDatabase): Promise<void> {
  await owner.$executeRaw`UPDATE "Runner" SET "lastSeenAt" = now()`;
  await owner.$executeRaw`
    UPDATE "Evaluation" SET "leaseExpiresAt" = now() + interval '1 day' WHERE state = 'RUNNING'`;
  // The queue deletes jobs a week after their end.
  await owner.$executeRaw`UPDATE pgboss.job SET completed_on = now() WHERE completed_on IS NOT NULL`;
}
