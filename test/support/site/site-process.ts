import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '#scripts/build.ts';
import { startChild, waitForSite } from '#scripts/child.ts';
import { freePort } from '#scripts/free-port.ts';
import { ROOT } from '#scripts/root.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';

export const SESSION_SECRET = 'a secret that is only for the tests';

/** The production site as its own process, with its own database and store, and no runner. */
export interface SiteProcess {
  url: string;
  database: TestDatabase;
  close(): Promise<void>;
}

/** @param variables of the site's environment, besides those that it can't do without. */
export async function openSiteProcess(
  variables: Readonly<Record<string, string>> = {},
): Promise<SiteProcess> {
  await ensureBuilt();
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'heldout-site-process-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const site = startChild({
    name: 'site',
    args: [join(ROOT, 'server/main.ts'), '--port', String(port)],
    environment: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: database.siteUrl,
      HELDOUT_HOME: folder,
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: SESSION_SECRET,
      ...variables,
    },
    logFile: join(folder, 'site.log'),
  });
  await waitForSite(url, site);
  const close = async () => {
    await site.stop();
    await database.close();
    await rm(folder, { recursive: true });
  };
  return { url, database, close };
}
