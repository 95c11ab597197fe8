import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { ensureBuilt } from '#scripts/build.ts';
import { type Child, waitForSite } from '#scripts/child.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { freePort } from '#scripts/free-port.ts';
import { startRunner, startSite } from '#scripts/launch.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { removeImages } from '#test/support/images/remove-images.ts';
import { createChallenge, createOrganizer, type Entry, type NewChallenge, submitEntry } from './over-http.ts';
import { unique } from './scene.ts';

/** The production site and a runner, each as its own process, with their own database and store. */
export interface RunningSite {
  /** For data sets and images of the test; removed on closing. */
  folder: string;
  database: TestDatabase;
  createChallenge(challenge: Omit<NewChallenge, 'folder'>): Promise<void>;
  /** Submits an image as a new team, over HTTP, and waits until it has ended. */
  submit(entry: Omit<Entry, 'person' | 'team'>): Promise<SubmissionView>;
  close(): Promise<void>;
}

export async function openRunningSite(): Promise<RunningSite> {
  await ensureBuilt();
  const database = await openTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-running-'));
  const home = path.join(folder, 'home');
  await mkdir(home);
  const port = await freePort();
  const site = startSite({ home, database, port, logFile: path.join(folder, 'site.log') });
  const runner = startRunner({ home, database, logFile: path.join(folder, 'runner.log') });
  const client = new SiteClient(`http://127.0.0.1:${port}`);
  const close = async () => {
    await Promise.all([site.stop(), runner.stop()]);
    await removeImages(path.join(home, 'runner'));
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitForSite(client.url, site);
    const organizer = await createOrganizer(client, newPerson(), database.siteUrl);
    return {
      folder,
      database,
      createChallenge: (challenge) => createChallenge(organizer, runner, { ...challenge, folder }),
      submit: (entry) =>
        withLog(folder, runner, () =>
          submitEntry(client, runner, { person: newPerson(), team: unique('Team'), ...entry }),
        ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function newPerson() {
  return { name: 'Ada', email: `${unique('ada')}@example.org`, password: 'correct horse battery' };
}

/** Adds the runner's log to the error if the runner has ended. */
async function withLog<T>(folder: string, runner: Child, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!runner.hasEnded()) throw error;
    const log = await readFile(path.join(folder, 'runner.log'), 'utf8');
    throw new Error(`The runner ended. Its log:\n${log}`, { cause: error });
  }
}
