import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildExampleImages } from '#examples/build.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';
import { migrate } from '#prisma/migrate.ts';
import { ensureBuilt } from '#scripts/build.ts';
import { waitForSite } from '#scripts/child.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { freePort } from '#scripts/free-port.ts';
import { startRunner, startSite } from '#scripts/launch.ts';
import { ensureDatabase } from '#scripts/postgres/postgres.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { removeImages } from '#test/support/images/remove-images.ts';
import { createChallenge, createOrganizer, submitEntry } from '#test/support/site/over-http.ts';
import { CHALLENGE, FIRST_TEAM, MASK_FOLDER, ORGANIZER, PHASES, type Served } from './served.ts';
import { onSmallGrid, writeSmallDataset } from './small-dataset.ts';

/**
 * A complete Heldout for the browser tests in its own home: database, site (production build), runner, and a
 * challenge with small cases. Prints its details as one line of JSON, and ends when its input ends, even if
 * the test run was killed.
 */
delete process.env['DATABASE_URL'];
const home = mkdtempSync(join(tmpdir(), 'heldout-e2e-'));
// Accessible to the database's user. Otherwise the data would be outside of the home and remain there.
chmodSync(home, 0o755);
process.env['HELDOUT_HOME'] = home;
const ended = new Promise<void>((resolve) => {
  process.stdin.on('end', resolve);
  process.stdin.on('error', () => resolve());
  process.stdin.resume();
});

await ensureBuilt();
const database = await ensureDatabase({ home });
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
await migrate(database.ownerUrl);
mkdirSync(join(home, 'logs'));
const site = startSite({ home, database, port, logFile: join(home, 'logs', 'site.log') });
const runner = startRunner({ home, database, logFile: join(home, 'logs', 'runner.log') });
let served: Served;
try {
  await waitForSite(url, site);
  const { exampleImage, smallImage } = await buildImages(join(home, 'images'));
  await createSmallChallenge(new SiteClient(url));
  await submitBaseline(new SiteClient(url), smallImage);
  const { ownerUrl, siteUrl } = database;
  served = { url, exampleImage, smallImage, home, ownerUrl, siteUrl };
  process.stdout.write(`${JSON.stringify(served)}\n`);
  await Promise.race([ended, site.ended, runner.ended]);
} finally {
  await Promise.all([site.stop(), runner.stop()]);
  await removeImages(join(home, 'runner'));
  await database.stop();
  // A failed run keeps its logs for debugging.
  if (process.exitCode === undefined) rmSync(home, { recursive: true, force: true });
}

/** Both write an empty mask. They are of this run: another on the same engine may remove its own. */
async function buildImages(folder: string) {
  const env = [`HELDOUT_E2E=${basename(home)}`];
  const { empty } = await buildExampleImages(folder, { algorithms: ['empty'], contract: 'exec', env });
  const small = await buildShellImage(join(folder, 'small.tar'), {
    script: `mkdir -p ${MASK_FOLDER} && cp /mask.nii.gz ${MASK_FOLDER}/`,
    files: [{ path: 'mask.nii.gz', mode: 0o644, content: Buffer.from(onSmallGrid()) }],
    env,
  });
  return { exampleImage: empty.file, smallImage: small.file };
}

async function createSmallChallenge(site: SiteClient): Promise<void> {
  const organizer = await createOrganizer(site, ORGANIZER, database.siteUrl);
  const data: Record<string, string> = {};
  for (const { slug, cases } of PHASES) {
    data[slug] = join(home, 'data', slug);
    writeSmallDataset(data[slug], cases);
  }
  await createChallenge(organizer, runner, { definition: definition(), data, folder: home });
}

/** One team that every test finds on the leaderboard of the hidden phase. */
async function submitBaseline(site: SiteClient, archive: string): Promise<void> {
  const place = { challenge: CHALLENGE, phase: 'test' };
  await submitEntry(site, runner, { ...FIRST_TEAM, ...place, archive, algorithm: 'empty mask 0.9' });
}

function definition() {
  const now = Date.now();
  const daysFromNow = (days: number) => new Date(now + days * 24 * 3600 * 1000).toISOString();
  const metrics = ['dice', 'volume_difference', 'lesion_count_difference', 'lesion_f1'];
  return challengeDefinitionSchema.parse({
    slug: CHALLENGE,
    title: 'Small lesions',
    question: 'Does an algorithm find a dark cube in an ellipsoid?',
    summary: 'A challenge of the browser tests.\n\nIts scans are drawn by a few lines of code.',
    synthetic: true,
    phases: PHASES.map(({ slug, title, kind, opens, closes }) => ({
      slug,
      title,
      kind,
      opensAt: daysFromNow(opens),
      closesAt: daysFromNow(closes),
      limits: { cpus: 1, memoryMib: 1024, pids: 128, timeLimitSeconds: 60, outputMib: 64, imageMib: 1024 },
      showsCaseScores: kind === 'HIDDEN',
      metrics: metrics.map((metric) => ({ metric, weight: 1 })),
      submissionsPerDay: 20,
      submissionsTotal: 100,
    })),
  });
}
