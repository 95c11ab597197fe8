import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import { EnginePg } from './engine-adapter.ts';

/**
 * Prisma's own migration engine, as the WebAssembly module of its npm package. Nothing is downloaded, so
 * migrations also run without internet access. It uses the same `_prisma_migrations` table as `prisma migrate
 * deploy`.
 */

const PRISMA_FOLDER = fileURLToPath(new URL('.', import.meta.url));
export const SCHEMA_PATH = `${PRISMA_FOLDER}schema.prisma`;
export const MIGRATIONS_FOLDER = `${PRISMA_FOLDER}migrations`;

/** All tables and enums are managed by Prisma. */
const EVERYTHING = { externalTables: [], externalEnums: [] };

/** Applies pending migrations; returns their names. */
export async function applyMigrations(url: string): Promise<string[]> {
  const migrationsList = await readMigrations();
  return withEngine(url, async (engine) => {
    // A failed migration was rolled back (see EnginePg), so it can be retried.
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: EVERYTHING,
    });
    for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
    const applied = await engine.applyMigrations({ migrationsList, filters: EVERYTHING });
    return applied.appliedMigrationNames;
  });
}

/** Returns the SQL that is missing between a database and schema.prisma; null if they agree. Read-only. */
export async function diffDatabase(url: string): Promise<string | null> {
  const files = [{ path: SCHEMA_PATH, content: await readFile(SCHEMA_PATH, 'utf8') }];
  return withEngine(url, async (engine) => {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: PRISMA_FOLDER },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: EVERYTHING,
    });
    return exitCode === 0 ? null : stdout;
  });
}

async function withEngine<Result>(
  url: string,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  await instantiateOnce();
  const factory = new EnginePg({ connectionString: url });
  const schema = await readFile(SCHEMA_PATH, 'utf8');
  try {
    const engine = await bindings.SchemaEngine.new(
      { datamodels: [[SCHEMA_PATH, schema]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(factory),
    );
    return await work(engine);
  } finally {
    await Promise.all(factory.opened.map((adapter) => adapter.dispose()));
  }
}

/** Names of the migration folders, oldest first. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS_FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readMigrations(): Promise<MigrationList> {
  const names = await migrationNames();
  const migrationDirectories = await Promise.all(
    names.map(async (name) => {
      const value = await readFile(`${MIGRATIONS_FOLDER}/${name}/migration.sql`, 'utf8');
      return {
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } },
      };
    }),
  );
  return {
    baseDir: MIGRATIONS_FOLDER,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}

let instantiated: Promise<void> | undefined;
function instantiateOnce(): Promise<void> {
  instantiated ??= instantiate();
  return instantiated;
}

async function instantiate(): Promise<void> {
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = await readFile(join(dirname(script), 'schema_engine_bg.wasm'));
  const imports = { './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
}
