import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import type { DatabaseServer } from './postgres-setup.ts';

/** A migrated database for one test file, with one login per role. */
export interface TestDatabase {
  ownerUrl: string;
  siteUrl: string;
  runnerUrl: string;
  /** Connected as the owner, to set up and inspect data. */
  owner: Database;
  site: Database;
  runner: Database;
  close(): Promise<void>;
}

interface CopyOptions {
  template?: string;
  strategy?: 'WAL_LOG' | 'FILE_COPY';
}

/** Opens a database on the server of the test run. */
export async function openTestDatabase(): Promise<TestDatabase> {
  // Loaded here, because benchmarks also copy databases, but aren't tests.
  const { inject } = await import('vitest');
  return copyDatabase(inject('databaseServer'));
}

/**
 * Copies the template that test/support/postgres-server.ts creates, in about 50 ms, or another database, of which a
 * large one is copied fastest as files.
 */
export async function copyDatabase(
  server: DatabaseServer,
  { template = server.template, strategy = 'WAL_LOG' }: CopyOptions = {},
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server.ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY ${strategy}`);
  const within = (url: string) => withDatabase(url, name);
  const [ownerUrl, siteUrl, runnerUrl] = [
    within(server.ownerUrl),
    within(server.siteUrl),
    within(server.runnerUrl),
  ];
  const [owner, site, runner] = [openDatabase(ownerUrl), openDatabase(siteUrl), openDatabase(runnerUrl)];
  return {
    ownerUrl,
    siteUrl,
    runnerUrl,
    owner,
    site,
    runner,
    close: async () => {
      await Promise.all([owner, site, runner].map((db) => db.$disconnect()));
      await onServer(server.ownerUrl, `DROP DATABASE ${name}`);
    },
  };
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Runs one statement on its own connection. */
export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
