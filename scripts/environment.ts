import { join, resolve } from 'node:path';
import type { Secrets } from './postgres/secrets.ts';

/** Where everything local lies. The repository's `.heldout` unless HELDOUT_HOME says otherwise. */
export function heldoutHome(): string {
  return resolve(process.env['HELDOUT_HOME'] || join(import.meta.dirname, '..', '.heldout'));
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
  const { DOCKER_HOST: _, HELDOUT_RUNNER_HOME: __, ...inherited } = process.env;
  return {
    ...inherited,
    DATABASE_URL: databaseUrl,
    HELDOUT_HOME: home,
    HELDOUT_STORE: process.env['HELDOUT_STORE'] ?? join(home, 'store'),
    NEXTAUTH_URL: process.env['NEXTAUTH_URL'] ?? url,
    NEXTAUTH_SECRET: process.env['NEXTAUTH_SECRET'] ?? secrets.session,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

export interface RunnerSettings {
  home: string;
  databaseUrl: string;
}

/** A runner's environment: its own database login, not the secret that signs sessions. */
export function runnerEnvironment({ home, databaseUrl }: RunnerSettings): NodeJS.ProcessEnv {
  const { NEXTAUTH_SECRET: _, ...inherited } = process.env;
  return {
    ...inherited,
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    HELDOUT_HOME: home,
    HELDOUT_STORE: process.env['HELDOUT_STORE'] ?? join(home, 'store'),
    HELDOUT_RUNNER_HOME: process.env['HELDOUT_RUNNER_HOME'] ?? join(home, 'runner'),
  };
}
