import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ensureDatabase } from '#scripts/postgres/postgres.ts';

let home: string;

beforeEach(() => {
  vi.stubEnv('DATABASE_URL', undefined);
  home = mkdtempSync(join(tmpdir(), 'heldout-postgres-'));
  chmodSync(home, 0o755);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

async function answer(url: string, sql = 'SELECT current_user AS answer'): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<{ answer: string }>(sql);
    return result.rows[0]?.answer ?? '';
  } finally {
    await client.end();
  }
}

function postmasterPid(): number {
  return Number(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(what: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!what()) {
    if (Date.now() > deadline) throw new Error('waited 20 s without success');
    await delay(20);
  }
}

/** Another process that uses the database of `home` until something is written to its stdin. */
async function otherUser(): Promise<ChildProcess> {
  const script = `
    const { ensureDatabase } = await import(${JSON.stringify(new URL('../../../scripts/postgres/postgres.ts', import.meta.url).href)});
    const database = await ensureDatabase({ home: ${JSON.stringify(home)} });
    console.log('ready');
    process.stdin.once('data', async () => { await database.stop(); process.exit(0); });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the other process ended early')));
  });
  return child;
}

test('each role logs in as itself, only the owner can create tables, and only the owner of the home can read the secrets', async () => {
  const database = await ensureDatabase({ home });
  try {
    expect(await answer(database.ownerUrl)).toBe('heldout_owner');
    expect(await answer(database.siteUrl)).toBe('heldout_site_login');
    expect(await answer(database.runnerUrl)).toBe('heldout_runner_login');
    await expect(answer(database.siteUrl, 'CREATE TABLE x (y int)')).rejects.toThrow(/permission denied/);
    const member = "SELECT pg_has_role('heldout_runner', 'MEMBER')::text AS answer";
    expect(await answer(database.runnerUrl, member)).toBe('true');
    expect(await answer(database.siteUrl, member)).toBe('false');
    await expect(answer(database.siteUrl.replace(/:[^:@]+@/, ':wrong@'))).rejects.toThrow(/password/);
    expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
  } finally {
    await database.stop();
  }
});

test('data survives a stop, and the last process to leave stops the server', async () => {
  const first = await ensureDatabase({ home });
  await answer(first.ownerUrl, "CREATE TABLE kept AS SELECT 'row' AS answer");
  const pid = postmasterPid();
  const other = await otherUser();
  await first.stop();
  expect(isRunning(pid)).toBe(true);
  other.stdin?.write('end\n');
  await until(() => !isRunning(pid));
  const second = await ensureDatabase({ home });
  try {
    expect(await answer(second.ownerUrl, 'SELECT answer FROM kept')).toBe('row');
  } finally {
    await second.stop();
  }
});

test('a server whose user was killed is found again and stopped by its next user', async () => {
  const other = await otherUser();
  const pid = postmasterPid();
  other.kill('SIGKILL');
  await until(() => other.signalCode !== null);
  const database = await ensureDatabase({ home });
  expect(database.description).toContain('already running');
  expect(postmasterPid()).toBe(pid);
  await database.stop();
  await until(() => !isRunning(pid));
});

test('a killed server starts again despite its lock file, even if its process ID was reused', async () => {
  const first = await ensureDatabase({ home });
  await answer(first.ownerUrl, "CREATE TABLE kept AS SELECT 'row' AS answer");
  process.kill(postmasterPid(), 'SIGKILL');
  const second = await ensureDatabase({ home });
  expect(await answer(second.ownerUrl, 'SELECT answer FROM kept')).toBe('row');

  const lockFile = join(home, 'postgres', 'postmaster.pid');
  const lines = readFileSync(lockFile, 'utf8').split('\n');
  const killed = postmasterPid();
  process.kill(killed, 'SIGKILL');
  await until(() => !isRunning(killed));
  writeFileSync(lockFile, [String(process.pid), ...lines.slice(1)].join('\n'));
  const third = await ensureDatabase({ home });
  try {
    expect(await answer(third.ownerUrl, 'SELECT answer FROM kept')).toBe('row');
  } finally {
    await third.stop();
    await second.stop();
    await first.stop();
  }
});

test('processes that start at the same time share one server', async () => {
  const all = await Promise.all([
    ensureDatabase({ home }),
    ensureDatabase({ home }),
    ensureDatabase({ home }),
  ]);
  expect(new Set(all.map((database) => database.ownerUrl)).size).toBe(1);
  const pid = postmasterPid();
  await Promise.all(all.map((database) => database.stop()));
  await until(() => !isRunning(pid));
});

test.runIf(process.getuid?.() === 0)(
  'a home that only root can access works: the data is elsewhere, behind a link',
  async () => {
    chmodSync(home, 0o700);
    const inner = join(home, 'clone', '.heldout');
    mkdirSync(inner, { recursive: true });
    const database = await ensureDatabase({ home: inner });
    try {
      expect(await answer(database.ownerUrl)).toBe('heldout_owner');
      expect(lstatSync(join(inner, 'postgres')).isSymbolicLink()).toBe(true);
    } finally {
      await database.stop();
      const place = await import('node:fs').then((fs) => fs.realpathSync(join(inner, 'postgres')));
      rmSync(place, { recursive: true, force: true });
    }
  },
);

test('lost passwords are reported at once, and nothing is overwritten', async () => {
  const first = await ensureDatabase({ home });
  await first.stop();
  rmSync(join(home, 'secrets.json'));
  await expect(ensureDatabase({ home })).rejects.toThrow(/secrets\.json/);
  expect(() => postmasterPid()).toThrow(/ENOENT/);
  expect(statSync(join(home, 'postgres', 'PG_VERSION')).isFile()).toBe(true);
});

test('DATABASE_URL is used unchanged', async () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://somebody@db.example/heldout');
  const database = await ensureDatabase({ home });
  expect(new Set([database.ownerUrl, database.siteUrl, database.runnerUrl])).toEqual(
    new Set(['postgresql://somebody@db.example/heldout']),
  );
  expect(() => statSync(join(home, 'postgres'))).toThrow();
});
