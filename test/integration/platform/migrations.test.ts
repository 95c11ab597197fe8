import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffMigrations } from '#prisma/diff.ts';
import { diffDatabase } from '#prisma/engine.ts';
import { onServer, openTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function column(sql: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(sql);
    return rows.map((row) => row.name);
  } finally {
    await client.end();
  }
}

const tables = () => column(`SELECT schemaname || '.' || tablename AS name FROM pg_tables ORDER BY 1`);
const temporaryDatabases = () =>
  column(`SELECT datname AS name FROM pg_database WHERE datname LIKE 'heldout_diff_%' ORDER BY 1`);

test('the migrations match schema.prisma', async () => {
  expect(await diffMigrations(database.ownerUrl)).toBeNull();
});

test('a difference is reported as the SQL that removes it', async () => {
  await onServer(database.ownerUrl, 'ALTER TABLE "Team" DROP COLUMN "name"');
  expect(await diffDatabase(database.ownerUrl)).toContain(
    'ALTER TABLE "Team" ADD COLUMN     "name" TEXT NOT NULL',
  );
});

test('comparing doesn’t change the given database and leaves no temporary one behind', async () => {
  const before = { tables: await tables(), databases: await temporaryDatabases() };
  await diffMigrations(database.ownerUrl);
  expect({ tables: await tables(), databases: await temporaryDatabases() }).toEqual(before);
});

test('the temporary database is dropped when the comparison is aborted', async () => {
  const before = await temporaryDatabases();
  const stop = new AbortController();
  const diff = diffMigrations(database.ownerUrl, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(diff).rejects.toThrow('stopped');
  expect(await temporaryDatabases()).toEqual(before);
});
