import { type Logger, pino } from 'pino';
import type { ConsoleSummary } from '#lib/api/pages/organizer.ts';
import type { ExpectedStart } from '#lib/domain/evaluations/expected-starts.ts';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { type Notifications, openNotifications } from '#lib/platform/notifications.ts';
import { type EvaluationQueue, openQueue } from '#lib/platform/queue/queue.ts';
import { openStore, type Store } from '#lib/platform/storage/store.ts';
import { RequestBudget } from './accounts/limits/request-budget.ts';
import { BriefCache } from './brief-cache.ts';
import { parseSiteEnvironment, type SiteEnvironment } from './environment.ts';
import { Rankings } from './leaderboards/rankings.ts';
import { SharedReads } from './shared-reads.ts';

/** What organizers see of all submissions and of the queue is at most this old. */
const CONSOLE_SUMMARY_MS = 1000;

/** The dependencies of the site's use cases. */
export interface Site {
  db: Database;
  /** Opened on first use, because most pages only read. */
  queue(): Promise<EvaluationQueue>;
  store: Store;
  notifications: Notifications;
  /** What is the same for all readers. */
  shared: SharedReads;
  rankings: Rankings;
  /** By challenge. */
  consoleSummaries: BriefCache<ConsoleSummary>;
  /** When the queued evaluations will probably start, by their IDs. */
  expectedStarts: BriefCache<ReadonlyMap<string, ExpectedStart>>;
  /** Of the API. */
  requests: RequestBudget;
  environment: SiteEnvironment;
  log: Logger;
  now(): Date;
}

/**
 * Next loads a module several times (pages, routes, hot reloads), so the process's only site is kept in
 * globalThis.
 */
const globals = globalThis as { heldoutSite?: Site };

/** The site of this process. */
export function site(): Site {
  globals.heldoutSite ??= openSite(parseSiteEnvironment(process.env));
  return globals.heldoutSite;
}

function openSite(environment: SiteEnvironment): Site {
  const { databaseUrl, storeFolder, logLevel } = environment;
  const log = pino({ level: logLevel, base: { process: 'site' } });
  const onError = (error: Error) => log.error({ err: error }, 'lost a connection in the background');
  const db = openDatabase(databaseUrl);
  const notifications = openNotifications(databaseUrl, onError);
  const shared = new SharedReads(notifications);
  return {
    db,
    queue: openOnce(() => openQueue(databaseUrl, { purpose: 'send', onError })),
    store: openStore(storeFolder),
    notifications,
    shared,
    rankings: new Rankings({ db, databaseUrl, notifications, shared, log }),
    consoleSummaries: new BriefCache(CONSOLE_SUMMARY_MS),
    expectedStarts: new BriefCache(CONSOLE_SUMMARY_MS),
    requests: new RequestBudget({ db, environment, now: () => new Date() }),
    environment,
    log,
    now: () => new Date(),
  };
}

/** Opens on the first call, and again after a failure. */
function openOnce<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
