import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt } from '#scripts/build.ts';
import { type Child, waitForSite } from '#scripts/child.ts';
import { freePort } from '#scripts/free-port.ts';
import { startSite } from '#scripts/launch.ts';
import { ROOT } from '#scripts/root.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { startDatabaseServer } from '#test/support/postgres-setup.ts';
import { copyLargeDatabase } from './large-database/large-database.ts';
import { ORGANIZER_EMAIL } from './large-database/people.ts';
import { Progress } from './large-database/progress.ts';
import type { Target } from './site/measure.ts';
import { measureRow } from './site/measure-row.ts';
import { measureNewScores } from './site/new-score.ts';
import { type BenchOptions, parseBenchOptions, USAGE } from './site/options.ts';
import { awaitLeaderboard, findPlaces } from './site/places.ts';
import { peakMemoryBytes, usedCpuMs } from './site/processes.ts';
import { signInReaders } from './site/readers.ts';
import { type Report, type RowResult, report } from './site/report.ts';
import { LEADERBOARD, NAMES, NEW_SCORE, ROWS, type Row } from './site/rows.ts';

/**
 * Measures the production site with a large database (large-database/seed.ts) and compares it with its limits
 * (site/limits.ts).
 *
 *   npm run bench:site [-- OPTION…]
 *
 * Fifty readers ask for each page and route once a second: first all at the same moment, which the limits are for, then
 * each at their own. Then fifty connections ask for each public page as fast as it is served. They share the machine's
 * processors with the site and its database. Ends with status 1 if a limit is missed.
 */
const HOME = join(ROOT, '.heldout', 'bench');

const options = readOptions();
process.exitCode = options ? await run(options) : 2;

function readOptions(): BenchOptions | null {
  try {
    return parseBenchOptions(process.argv.slice(2), NAMES);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return null;
  }
}

/** Returns the exit code. */
async function run({ fresh, only, seconds, profile }: BenchOptions): Promise<number> {
  await using cleanUp = new AsyncDisposableStack();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp.disposeAsync().then(() => process.exit(1)));
  }
  const progress = new Progress();
  const { server, stop } = await startDatabaseServer();
  cleanUp.defer(stop);
  const database = await copyLargeDatabase(server, { fresh });
  cleanUp.defer(() => database.close());
  await progress.step('Build the site', ensureBuilt);
  const { site, url } = await openSite(database, profile);
  cleanUp.defer(() => site.stop());
  await waitForSite(url, site);
  const leaderboard = await progress.step('Rank the submissions', () => awaitLeaderboard(url));
  const { places, members } = await findPlaces(database.owner, leaderboard);
  const readers = await signInReaders(url, { members, organizer: ORGANIZER_EMAIL });
  const targetOf = (row: Row): Target => {
    return { url: new URL(row.path(places), url).href, readers: readers[row.reader] };
  };
  const use = { usedCpuMs: () => usedCpuMs(site.pid), memoryBytes: () => peakMemoryBytes(site.pid) };
  const rows: RowResult[] = [];
  for (const row of ROWS.filter(({ name }) => only.includes(name))) {
    const measure = () => measureRow(row, targetOf(row), seconds, use);
    rows.push(await progress.step(`Measure ${row.name}`, measure));
  }
  const newScores = only.includes(NEW_SCORE)
    ? await progress.step('Record new scores', () => measureNewScores(database, url, targetOf(LEADERBOARD)))
    : null;
  const newScoreMs = newScores?.slowestMs ?? null;
  const all = newScores ? [...rows, newScores.row] : rows;
  return print(report(all, { newScoreMs, memoryBytes: peakMemoryBytes(site.pid) }));
}

async function openSite(
  database: TestDatabase,
  profile: string | null,
): Promise<{ site: Child; url: string }> {
  mkdirSync(HOME, { recursive: true });
  const port = await freePort();
  if (profile !== null) process.env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-dir=${resolve(profile)}`;
  // One address sends what many would.
  process.env['HELDOUT_API_REQUESTS_PER_MINUTE'] = '1000000';
  const site = startSite({
    home: HOME,
    database,
    port,
    logFile: join(HOME, 'site.log'),
  });
  delete process.env['NODE_OPTIONS'];
  return { site, url: `http://127.0.0.1:${port}` };
}

function print({ text, missed }: Report): number {
  console.log(`\n${text}\n`);
  if (missed.length === 0) {
    console.log('All limits are kept.');
    return 0;
  }
  console.log(['Missed:', ...missed].join('\n  '));
  return 1;
}
