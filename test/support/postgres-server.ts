import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { MIGRATIONS_FOLDER, migrationNames } from '#prisma/engine.ts';
import { migrate } from '#prisma/migrate.ts';
import { ensureDatabase } from '#scripts/postgres/postgres.ts';

/**
 * The database server of a test run, in its own process, as in production. Prints its URLs as one line of
 * JSON, and leaves when its input ends, even if the test run was killed.
 *
 * Each test file copies the migrated template database. The template is recreated when a migration or the
 * queue changes.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// Tests create and drop databases and rely on the roles, so they never use an existing server.
delete process.env['DATABASE_URL'];
const server = await ensureDatabase({ home: `${ROOT}.heldout/test` });
const template = `template_${await fingerprint()}`;
await ensureTemplate(server.ownerUrl, template);
const { ownerUrl, siteUrl, runnerUrl } = server;
console.log(JSON.stringify({ ownerUrl, siteUrl, runnerUrl, template }));
process.stdin.resume();
process.stdin.on('end', () => void server.stop().then(() => process.exit(0)));

async function fingerprint(): Promise<string> {
  const migrations = (await migrationNames()).map((name) => `${MIGRATIONS_FOLDER}/${name}/migration.sql`);
  const queues = ['queue.ts', 'mail-queue.ts'].map((name) => `${ROOT}lib/platform/queue/${name}`);
  const files = [...migrations, ...queues, `${ROOT}prisma/migrate.ts`];
  const hash = createHash('sha256');
  for (const file of [...files, `${ROOT}node_modules/pg-boss/package.json`])
    hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function ensureTemplate(ownerUrl: string, template: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    // Another test run may be creating it right now.
    await client.query(`SELECT pg_advisory_lock(hashtext('heldout test template'))`);
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (found.rowCount) return;
    const making = `${template}_making`;
    await client.query(`DROP DATABASE IF EXISTS ${making}`);
    await client.query(`CREATE DATABASE ${making}`);
    const url = new URL(ownerUrl);
    url.pathname = `/${making}`;
    await migrate(url.href);
    await client.query(`ALTER DATABASE ${making} RENAME TO ${template}`);
  } finally {
    await client.end();
  }
}
