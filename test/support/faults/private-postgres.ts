import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { migrate } from '#prisma/migrate.ts';
import { freePort } from '#scripts/free-port.ts';
import { initializeCluster, postgresFolder, SERVER_ENVIRONMENT } from '#scripts/postgres/cluster.ts';
import { DATABASE, ensureRoles, OWNER, RUNNER_LOGIN, SUPERUSER } from '#scripts/postgres/roles.ts';
import { loadOrCreateSecrets } from '#scripts/postgres/secrets.ts';
import { eventually } from './gates.ts';

/** A PostgreSQL server only for this test, which can be stopped and started again at the same address. */
export interface PrivatePostgres {
  owner: Database;
  runnerUrl: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

export async function openPrivatePostgres(): Promise<PrivatePostgres> {
  const home = await mkdtemp(path.join(tmpdir(), 'heldout-postgres-'));
  const folder = postgresFolder(home);
  const secrets = loadOrCreateSecrets(home);
  await initializeCluster(folder, secrets.databaseSuperuser);
  const port = await freePort();
  const url = (user: string, password: string, database: string) =>
    `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  const superuserUrl = url(SUPERUSER, secrets.databaseSuperuser, 'postgres');
  let server: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, 'fsync=off'];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    server = spawn(path.join(folder.binaries, 'postgres'), ['-D', folder.data, ...flags], {
      ...folder.user,
      cwd: folder.data,
      stdio: 'ignore',
      env: SERVER_ENVIRONMENT,
    });
    await eventually('an answer of PostgreSQL', () => answers(superuserUrl));
  };
  const stop = async (): Promise<void> => {
    if (!server) return;
    const exited = once(server, 'exit');
    // Fast shutdown, as by a service manager: every connection is closed.
    server.kill('SIGINT');
    await exited;
    server = null;
  };
  await start();
  await ensureRoles(superuserUrl, secrets);
  const ownerUrl = url(OWNER, secrets.databaseOwner, DATABASE);
  await migrate(ownerUrl);
  const owner = openDatabase(ownerUrl);
  return {
    owner,
    runnerUrl: url(RUNNER_LOGIN, secrets.databaseRunner, DATABASE),
    stop,
    start,
    async close() {
      await owner.$disconnect();
      await stop();
      await rm(folder.data, { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
