import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { diffSchemas, MIGRATIONS_FOLDER, migrationNames, SCHEMA_PATH } from './engine.ts';

/**
 * `npm run db:diff NAME` writes the next migration's SQL: from the schema that the newest migration leads to
 * (kept beside its SQL) to schema.prisma. Two texts are compared, so that SQL that Prisma does not know (grants,
 * policies) is left alone; DATABASE_URL is any PostgreSQL server and stays as it is. A new table needs its own grants, by hand, in the
 * same file: a test fails while a table has none.
 */
const name = process.argv[2];
const url = process.env['DATABASE_URL'];
if (!name || !/^[a-z0-9_]+$/.test(name) || !url) {
  console.error('DATABASE_URL=postgresql://… npm run db:diff NAME    (NAME: lower-case letters, digits, _)');
  process.exit(2);
}
const newest = (await migrationNames()).at(-1);
const before = newest ? await readFile(`${MIGRATIONS_FOLDER}/${newest}/schema.prisma`, 'utf8') : null;
const sql = await diffSchemas(url, before, await readFile(SCHEMA_PATH, 'utf8'));
if (sql === null) {
  console.log('The migrations and schema.prisma agree: nothing to write.');
} else {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `${MIGRATIONS_FOLDER}/${stamp}_${name}`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/migration.sql`, sql);
  await copyFile(SCHEMA_PATH, `${folder}/schema.prisma`);
  console.log(`prisma/migrations/${stamp}_${name}/migration.sql`);
}
// The engine leaves a timer behind that would keep the process.
process.exit(0);
