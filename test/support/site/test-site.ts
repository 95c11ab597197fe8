import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { openNotifications } from '#lib/platform/notifications.ts';
import { openQueue } from '#lib/platform/queue/queue.ts';
import { openStore } from '#lib/platform/storage/store.ts';
import { RequestBudget } from '#lib/site/accounts/limits/request-budget.ts';
import { BriefCache } from '#lib/site/brief-cache.ts';
import { Rankings } from '#lib/site/leaderboards/rankings.ts';
import { SharedReads } from '#lib/site/shared-reads.ts';
import type { Site } from '#lib/site/site.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { unique } from './scene.ts';

/** A site with its own database and store, connected with the site's login as in production. */
export interface TestSite {
  site: Site;
  database: TestDatabase;
  /** Sets the time that `now()` returns; null restores the real time. */
  setNow(now: Date | null): void;
  /** Names of all files in the store. */
  storedFiles(): Promise<string[]>;
  /** Creates an account and returns it as a viewer. */
  newViewer(options?: { isAdmin?: boolean }): Promise<Viewer>;
  /** Reloads a viewer, for example after their teams have changed. */
  refresh(viewer: Viewer): Promise<Viewer>;
  close(): Promise<void>;
}

export const ORIGIN = 'https://heldout.example.org';

/** Makes the route handlers, which CheckedApi calls, use this site as that of their process; null for none. */
export function serveRoutes(site: Site | null): void {
  const globals = globalThis as { heldoutSite?: Site };
  if (site) globals.heldoutSite = site;
  else delete globals.heldoutSite;
}

/**
 * @param servesRoutes the route handlers use this site until it is closed.
 * @param mail off unless given.
 */
export async function openTestSite({
  servesRoutes = false,
  mail = null,
}: {
  servesRoutes?: boolean;
  mail?: Site['environment']['mail'];
} = {}): Promise<TestSite> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'heldout-site-'));
  let now: Date | null = null;
  const onError = (error: Error) => {
    throw error;
  };
  const queue = await openQueue(database.siteUrl, { purpose: 'send', onError });
  const notifications = openNotifications(database.siteUrl, onError);
  const log = pino({ level: 'silent' });
  const { site: db, siteUrl: databaseUrl } = database;
  // Keeps nothing, so that tests see every change.
  const shared = new SharedReads({ ...notifications, isListening: () => false });
  const rankings = new Rankings({ db, databaseUrl, notifications, shared, log });
  const environment: Site['environment'] = {
    databaseUrl,
    storeFolder: folder,
    dataKeyFile: `${folder}.data-keys`,
    origin: ORIGIN,
    sessionSecret: 'a secret that is only for the tests',
    proxyHops: 0,
    http: { idleMs: 60_000, maxConnectionsPerAddress: 256 },
    apiRequestsPerMinute: 100_000,
    testSetMaxBytes: 2 ** 30,
    mail,
    showsMail: false,
    secondFactor: 'optional',
    providers: [],
    logLevel: 'silent',
  };
  const site: Site = {
    db,
    queue: async () => queue,
    store: openStore(folder),
    notifications,
    shared,
    rankings,
    // Keeps nothing either.
    consoleSummaries: new BriefCache(0),
    expectedStarts: new BriefCache(0),
    requests: new RequestBudget({ db, environment, now: () => now ?? new Date() }),
    environment,
    log,
    now: () => now ?? new Date(),
  };
  if (servesRoutes) serveRoutes(site);
  const viewerOf = async (userId: string): Promise<Viewer> => {
    const team = { include: { mergedTeams: { select: { id: true } } } };
    const include = { memberships: { include: { team } } };
    const user = await database.owner.user.findUniqueOrThrow({ where: { id: userId }, include });
    const teams = user.memberships.map(({ role, team: { id, slug, name, mergedTeams } }) => {
      return { id, slug, name, role, mergedIds: mergedTeams.map((merged) => merged.id) };
    });
    return { userId, name: user.name, email: user.email, isAdmin: user.isAdmin, teams };
  };
  return {
    site,
    database,
    setNow: (next) => {
      now = next;
    },
    storedFiles: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
    newViewer: async ({ isAdmin = false } = {}) => {
      const data = { name: unique('Ada'), email: `${unique('ada')}@example.org`, isAdmin };
      return viewerOf((await database.owner.user.create({ data })).id);
    },
    refresh: ({ userId }) => viewerOf(userId),
    close: async () => {
      if (servesRoutes) serveRoutes(null);
      await rankings.close();
      await notifications.close();
      await queue.stop({ graceful: false });
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
