import pg from 'pg';
import { teamSkeleton } from '#lib/domain/teams/skeleton.ts';
import { installQueue } from '#lib/platform/queue/queue.ts';
import { applyMigrations } from './engine.ts';

/**
 * Migrates a database, as its owner: first our tables and what SQL can't compute in them, then the queue's tables, then the grants on the latter
 * (every time, because a new version of the queue may add tables). Safe to run at every start. Returns the
 * names of the applied migrations.
 */
export async function migrate(url: string): Promise<string[]> {
  const applied = await applyMigrations(url);
  await fillSkeletons(url);
  await installQueue(url);
  await grantQueue(url);
  return applied;
}

/** The teams of a database from before skeletons. Of two that look alike, the older one keeps its skeleton. */
async function fillSkeletons(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; name: string }>(
      'SELECT id, name FROM "Team" WHERE skeleton IS NULL ORDER BY "createdAt", id',
    );
    for (const { id, name } of rows) {
      await client.query(
        `UPDATE "Team" SET skeleton = CASE
           WHEN EXISTS (SELECT FROM "Team" WHERE skeleton = $2) THEN $2 || ' ' || $1::text ELSE $2 END
         WHERE id = $1`,
        [id, teamSkeleton(name)],
      );
    }
  } finally {
    await client.end();
  }
}

async function grantQueue(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const roles = 'heldout_site, heldout_runner';
    await client.query(`
      GRANT USAGE ON SCHEMA pgboss TO ${roles};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO ${roles};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA pgboss TO ${roles};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO ${roles};
    `);
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  const url = process.env['DATABASE_URL'];
  if (!url) {
    console.error('DATABASE_URL is not set: the login of the database owner.');
    process.exit(2);
  }
  const applied = await migrate(url);
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date');
  // The engine leaves the timer of its lock behind, which would keep the process alive for 10 s.
  process.exit(0);
}
