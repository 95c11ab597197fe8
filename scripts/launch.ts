import { join } from 'node:path';
import { ROOT } from '#scripts/root.ts';
import { type Child, startChild } from './child.ts';
import { runnerEnvironment, siteEnvironment } from './environment.ts';
import type { Database } from './postgres/postgres.ts';
import { loadOrCreateSecrets } from './postgres/secrets.ts';

/**
 * Node would let the heap grow to gigabytes before it collects. A few pages are rendered at once, so the site
 * needs far less. New objects have room for those pages, so that most of them are gone when they would be moved.
 */
const HEAP_LIMITS = ['--max-old-space-size=384', '--max-semi-space-size=32'];

export interface SiteProcess {
  home: string;
  database: Pick<Database, 'siteUrl'>;
  port: number;
  host?: string;
  /** `start` serves the production build, `dev` the sources. */
  mode?: 'start' | 'dev';
  logFile?: string;
}

export function startSite({
  home,
  database,
  port,
  host = '127.0.0.1',
  mode = 'start',
  logFile,
}: SiteProcess): Child {
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const environment = siteEnvironment({
    home,
    databaseUrl: database.siteUrl,
    secrets: loadOrCreateSecrets(home),
    url,
  });
  return startChild({
    name: 'site',
    args: [
      ...(mode === 'dev' ? [] : HEAP_LIMITS),
      join(ROOT, 'server', 'main.ts'),
      ...['--host', host, '--port', String(port)],
      ...(mode === 'dev' ? ['--dev'] : []),
    ],
    environment: { ...environment, NODE_ENV: mode === 'dev' ? 'development' : 'production' },
    ...(logFile === undefined ? {} : { logFile }),
  });
}

export interface RunnerProcess {
  home: string;
  database: Pick<Database, 'runnerUrl'>;
  logFile?: string;
  /** More variables of runner/environment.ts. */
  environment?: Record<string, string>;
}

export function startRunner({ home, database, logFile, environment = {} }: RunnerProcess): Child {
  return startChild({
    name: 'runner',
    args: [join(ROOT, 'runner', 'main.ts')],
    environment: { ...runnerEnvironment({ home, databaseUrl: database.runnerUrl }), ...environment },
    ...(logFile === undefined ? {} : { logFile }),
  });
}
