import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { applyMigrations, diffDatabase, MIGRATIONS_FOLDER } from './engine.ts';

/**
 * Returns the SQL that is missing between the migrations and schema.prisma; null if they agree. Applies the
 * migrations to a temporary database on the server of `url`, whose login must be allowed to create databases,
 * and drops it again, also when `signal` aborts. The database of `url` isn't changed. Roles that the
 * migrations create belong to the server and remain.
 */
export async function diffMigrations(url: string, signal?: AbortSignal): Promise<string | null> {
  const name = `heldout_diff_${randomUUID().replaceAll('-', '')}`;
  const temporary = new URL(url);
  temporary.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
    const diff = applyMigrations(temporary.href).then(() => diffDatabase(temporary.href));
    return await (signal ? Promise.race([diff, rejectOnAbort(signal)]) : diff);
  } finally {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.end();
  }
}

async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

/**
 * Writes the SQL of the next migration. Returns its path in the repository; null if there is nothing to
 * write.
 */
async function writeMigration(url: string, name: string, signal: AbortSignal): Promise<string | null> {
  const sql = await diffMigrations(url, signal);
  if (sql === null) return null;
  const folder = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
  await mkdir(`${MIGRATIONS_FOLDER}/${folder}`, { recursive: true });
  await writeFile(`${MIGRATIONS_FOLDER}/${folder}/migration.sql`, sql);
  return `prisma/migrations/${folder}/migration.sql`;
}

// `npm run db:diff NAME`. Prisma doesn't know grants and policies: for a new table, add its grants to the
// file by hand. A test fails if a table has none.
if (import.meta.main) {
  const name = process.argv[2];
  const url = process.env['DATABASE_URL'];
  if (!name || !/^[a-z0-9_]+$/.test(name) || !url) {
    console.error(
      'DATABASE_URL=postgresql://… npm run db:diff NAME    (NAME: lower-case letters, digits, _)',
    );
    process.exit(2);
  }
  // A panic of the engine arrives as an uncaught exception, and its promise never settles.
  const stop = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException'] as const) {
    process.once(event, (cause) =>
      stop.abort(cause instanceof Error ? cause : new Error(`Stopped by ${cause}.`)),
    );
  }
  try {
    const path = await writeMigration(url, name, stop.signal);
    console.log(path ?? 'The migrations and schema.prisma agree: nothing to write.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  // The engine leaves a timer behind that would keep the process alive for 10 s.
  process.exit();
}
