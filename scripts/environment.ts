import { join, resolve } from 'node:path';
import type { Secrets } from './postgres/secrets.ts';

/** Where everything local lies. The repository's `.heldout` unless HELDOUT_HOME says otherwise. */
export function heldoutHome(): string {
  return resolve(process.env['HELDOUT_HOME'] || join(import.meta.dirname, '../.heldout'));
}

/** The keys of released data (lib/site/datasets/data-keys.ts). */
export function dataKeyFile(): string {
  return resolve(process.env['HELDOUT_DATA_KEYS'] || join(heldoutHome(), 'data-keys'));
}

/** Logins of which a process gets its own, as DATABASE_URL, and no other. */
const OTHER_LOGINS = ['HELDOUT_SITE_DATABASE_URL', 'HELDOUT_RUNNER_DATABASE_URL'];

function without(...names: string[]): NodeJS.ProcessEnv {
  const rest = { ...process.env };
  for (const name of names) delete rest[name];
  return rest;
}

export interface SiteSettings {
  home: string;
  databaseUrl: string;
  secrets: Secrets;
  /** Address that readers use; cookies and the check of the Origin depend on it. */
  url: string;
}

/** The site's environment: its own database login, no key to a test set, no Docker host. */
export function siteEnvironment({ home, databaseUrl, secrets, url }: SiteSettings): NodeJS.ProcessEnv {
  return {
    ...without('DOCKER_HOST', 'HELDOUT_RUNNER_HOME', ...OTHER_LOGINS),
    DATABASE_URL: databaseUrl,
    HELDOUT_HOME: home,
    HELDOUT_STORE: process.env['HELDOUT_STORE'] || join(home, 'store'),
    NEXTAUTH_URL: process.env['NEXTAUTH_URL'] || url,
    NEXTAUTH_SECRET: process.env['NEXTAUTH_SECRET'] || secrets.session,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

export interface RunnerSettings {
  home: string;
  databaseUrl: string;
}

/** A runner's environment: its own database login, not the secret that signs sessions. */
export function runnerEnvironment({ home, databaseUrl }: RunnerSettings): NodeJS.ProcessEnv {
  return {
    ...without('NEXTAUTH_SECRET', ...OTHER_LOGINS),
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    HELDOUT_HOME: home,
    HELDOUT_STORE: process.env['HELDOUT_STORE'] || join(home, 'store'),
    HELDOUT_RUNNER_HOME: process.env['HELDOUT_RUNNER_HOME'] || join(home, 'runner'),
  };
}
