// An embedded PostgreSQL in HELDOUT_HOME/postgres, used unless DATABASE_URL is set.
//
// The server runs detached in its own session, so that Ctrl+C in a terminal first reaches the processes that
// use it. Every process that uses the server creates a file in postgres.users/; the last one to leave stops
// the server. A killed process leaves a stale file and possibly a running server, which the next start
// detects.

import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '#scripts/free-port.ts';
import { markIsAlive, processMark, withLock } from '#scripts/setup/lock.mjs';
import { initializeCluster, type PostgresFolder, postgresFolder, SERVER_ENVIRONMENT } from './cluster.ts';
import { DATABASE, ensureRoles, OWNER, RUNNER_LOGIN, SITE_LOGIN, SUPERUSER } from './roles.ts';
import { loadOrCreateSecrets, type Secrets } from './secrets.ts';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;
/** SQLSTATE for invalid_password. */
const WRONG_PASSWORD = '28P01';

/** One URL per role: the owner migrates, the site and the runners are limited by their grants. */
export interface Database {
  ownerUrl: string;
  siteUrl: string;
  runnerUrl: string;
  /** A short description for a progress line. */
  description: string;
  /** Releases the server. The last process to release an embedded server stops it. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Returns the database for this process: the one in DATABASE_URL, or an embedded server, which is started
 * unless it is already running.
 */
export async function ensureDatabase(options: { home: string }): Promise<Database> {
  const given = process.env['DATABASE_URL'];
  if (given) {
    return {
      ownerUrl: given,
      siteUrl: process.env['HELDOUT_SITE_DATABASE_URL'] || given,
      runnerUrl: process.env['HELDOUT_RUNNER_DATABASE_URL'] || given,
      description: 'the server in DATABASE_URL',
      stop: async () => undefined,
    };
  }
  const home = resolve(options.home);
  mkdirSync(home, { recursive: true });
  return withLock(join(home, 'postgres.lock'), async () => {
    const folder = postgresFolder(home);
    try {
      return await joinOrStart(home, folder);
    } catch (error) {
      if (!hasUsers(home)) await stopServer(folder);
      throw error;
    }
  });
}

async function joinOrStart(home: string, folder: PostgresFolder): Promise<Database> {
  const secrets = loadOrCreateSecrets(home);
  const running = await runningPort(folder, secrets);
  const fresh = running === null && (await initializeCluster(folder, secrets.databaseSuperuser));
  const port = running ?? (await startServer(folder, secrets));
  await ensureRoles(urlFor(SUPERUSER, secrets.databaseSuperuser, port, 'postgres'), secrets);
  const leave = enter(home);
  const how = running !== null ? 'already running' : fresh ? 'created and started' : 'started';
  return {
    ownerUrl: urlFor(OWNER, secrets.databaseOwner, port, DATABASE),
    siteUrl: urlFor(SITE_LOGIN, secrets.databaseSite, port, DATABASE),
    runnerUrl: urlFor(RUNNER_LOGIN, secrets.databaseRunner, port, DATABASE),
    description: `PostgreSQL 18 on 127.0.0.1:${port}, ${how}`,
    stop: () => leaveAndStop(home, folder, leave),
  };
}

function urlFor(user: string, password: string, port: number, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** Registers this process as a user of the server; returns a function that unregisters it. */
function enter(home: string): () => void {
  const users = join(home, 'postgres.users');
  mkdirSync(users, { recursive: true });
  // A random part, because one process may request the database several times.
  const mark = join(users, `${process.pid}-${crypto.randomUUID()}`);
  writeFileSync(mark, processMark(process.pid));
  return () => rmSync(mark, { force: true });
}

/** Whether a running process uses the server. Removes stale files of dead ones. */
function hasUsers(home: string): boolean {
  const users = join(home, 'postgres.users');
  if (!existsSync(users)) return false;
  const marks = readdirSync(users).map((file) => join(users, file));
  const alive = marks.filter((mark) => markIsAlive(readFileSync(mark, 'utf8')));
  for (const mark of marks) if (!alive.includes(mark)) rmSync(mark, { force: true });
  return alive.length > 0;
}

async function leaveAndStop(home: string, folder: PostgresFolder, leave: () => void): Promise<void> {
  await withLock(join(home, 'postgres.lock'), async () => {
    leave();
    if (!hasUsers(home)) await stopServer(folder);
  });
}

interface PostmasterFile {
  pid: number;
  port: number;
}

/** Reads the lock file of a running or killed server. */
function readPostmasterFile(folder: PostgresFolder): PostmasterFile | null {
  try {
    const lines = readFileSync(join(folder.data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]) };
  } catch {
    return null;
  }
}

/** The port of the server that runs on this folder; null if there is none. Removes a stale lock file. */
async function runningPort(folder: PostgresFolder, secrets: Secrets): Promise<number | null> {
  const file = readPostmasterFile(folder);
  if (!file) return null;
  const deadline = Date.now() + START_LIMIT_MS;
  while (isPostmaster(file.pid, folder)) {
    if (await answers(file.port, secrets)) return file.port;
    if (Date.now() > deadline) {
      throw new Error(
        `PostgreSQL (process ${file.pid}) isn’t responding on port ${file.port}. See ${folder.log}.`,
      );
    }
    await delay(100);
  }
  rmSync(join(folder.data, 'postmaster.pid'), { force: true });
  return null;
}

/** The process ID may have been reused since the server was killed, so check what the process is. */
function isPostmaster(pid: number, folder: PostgresFolder): boolean {
  try {
    process.kill(pid, 0);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.includes(folder.data);
  } catch (error) {
    // Without /proc (macOS), the process exists, but only a ping can tell whether it is the server.
    const { code, path } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' && path !== undefined && process.platform !== 'linux';
  }
}

async function answers(port: number, secrets: Secrets): Promise<boolean> {
  const connectionString = urlFor(SUPERUSER, secrets.databaseSuperuser, port, 'postgres');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  // A server that stops now closes the connection, which the query reports as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === WRONG_PASSWORD) throw passwordsLost();
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** secrets.json was removed but the data wasn't. Only the user can decide which of the two to keep. */
function passwordsLost(): Error {
  return new Error(
    'The passwords in secrets.json don’t match the database in HELDOUT_HOME/postgres. ' +
      'Restore the old secrets.json, or remove HELDOUT_HOME/postgres to start with an empty database.',
  );
}

async function startServer(folder: PostgresFolder, secrets: Secrets): Promise<number> {
  const deadline = Date.now() + START_LIMIT_MS;
  // After a kill, the old server's children may hold its shared memory for a moment, so retry.
  for (;;) {
    const port = await freePort();
    const exit = launch(folder, port);
    while (!exit.done && Date.now() < deadline) {
      if (await answers(port, secrets)) return port;
      await delay(50);
    }
    if (Date.now() < deadline) {
      await delay(300);
      continue;
    }
    const tail = readFileSync(folder.log, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
    throw new Error(
      `PostgreSQL didn’t start within ${START_LIMIT_MS / 1000} s. The end of ${folder.log}:\n${tail}`,
    );
  }
}

function launch(folder: PostgresFolder, port: number): { done: boolean } {
  const log = openSync(folder.log, 'a', 0o600);
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // A socket file in /tmp could conflict with another server.
    unix_socket_directories: '',
    max_connections: '200',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(folder.binaries, 'postgres'), ['-D', folder.data, ...flags], {
    ...folder.user,
    cwd: folder.data,
    detached: true,
    stdio: ['ignore', log, log],
    env: SERVER_ENVIRONMENT,
  });
  closeSync(log);
  child.unref();
  const exit = { done: false };
  const ended = () => {
    exit.done = true;
  };
  child.on('exit', ended);
  child.on('error', ended);
  return exit;
}

/** Fast shutdown: closes connections; committed data is on disk. */
async function stopServer(folder: PostgresFolder): Promise<void> {
  const file = readPostmasterFile(folder);
  if (!file || !isPostmaster(file.pid, folder)) return;
  process.kill(file.pid, 'SIGINT');
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (isPostmaster(file.pid, folder)) {
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (process ${file.pid}) didn’t stop. See ${folder.log}.`);
    await delay(50);
  }
}
