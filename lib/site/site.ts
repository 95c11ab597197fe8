import { type Logger, pino } from 'pino';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { type Notifications, openNotifications } from '#lib/platform/notifications.ts';
import { type EvaluationQueue, openQueue } from '#lib/platform/queue/queue.ts';
import { openStore, type Store } from '#lib/platform/storage/store.ts';
import { parseSiteEnvironment, type SiteEnvironment } from './environment.ts';
import { RankingCache } from './leaderboards/ranking-cache.ts';
import { UploadsInFlight } from './submissions/uploads-in-flight.ts';

/** What the use cases of the site work with. */
export interface Site {
  db: Database;
  /** Opened when it is first needed: most pages only read. */
  queue(): Promise<EvaluationQueue>;
  store: Store;
  notifications: Notifications;
  rankings: RankingCache;
  uploads: UploadsInFlight;
  environment: SiteEnvironment;
  log: Logger;
  now(): Date;
}

/** Next loads a module several times (pages, routes, reloads while developing); the process has one site. */
const holder = globalThis as { heldoutSite?: Site };

/** The site of this process. */
export function site(): Site {
  holder.heldoutSite ??= openSite(parseSiteEnvironment(process.env));
  return holder.heldoutSite;
}

function openSite(environment: SiteEnvironment): Site {
  const { databaseUrl, storeFolder, logLevel } = environment;
  const log = pino({ level: logLevel, base: { process: 'site' } });
  const onError = (error: Error) => log.error({ err: error }, 'lost a connection in the background');
  return {
    db: openDatabase(databaseUrl),
    queue: onceOpened(() => openQueue(databaseUrl, { purpose: 'send', onError })),
    store: openStore(storeFolder),
    notifications: openNotifications(databaseUrl, onError),
    rankings: new RankingCache(),
    uploads: new UploadsInFlight(),
    environment,
    log,
    now: () => new Date(),
  };
}

/** Opens once; a failure is tried again the next time. */
function onceOpened<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
