// `npm run demo`: two complete challenges on this machine, from synthetic scans to the leaderboards.
//
//   npm run demo                       keeps the site running until Ctrl+C
//   npm run demo -- --once             exits after the leaderboards
//   npm run demo -- --json FILE        also writes the first leaderboard as JSON
//   npm run demo -- --port N           sets the site's port (default: 3000, or a free one if that is taken)
//
// Everything is in HELDOUT_HOME (.heldout). A second start reuses what exists and submits again.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { templateOf } from '#examples/challenges/templates.ts';
import { migrate } from '#prisma/migrate.ts';
import { ensureBuilt } from '#scripts/build.ts';
import { type Child, waitForSite } from '#scripts/child.ts';
import { heldoutHome } from '#scripts/environment.ts';
import { freePort, portIsFree } from '#scripts/free-port.ts';
import { startRunner, startSite } from '#scripts/launch.ts';
import { type Database, ensureDatabase } from '#scripts/postgres/postgres.ts';
import { accountLines, ensureOrganizer, ensureTeam } from './accounts.ts';
import { ensureChallenge, ensureTestSet, runnerRecipient } from './challenge.ts';
import { DEMO_CHALLENGES, TEAMS, type TeamRole } from './challenges.ts';
import { type Followed, followToEnd } from './follow.ts';
import { leaderboardText } from './leaderboard-text.ts';
import { buildImages, imageFile, synthesizeScans } from './material.ts';
import { SiteClient } from './site-client.ts';
import { type DemoFolder, openDemoFolder } from './state.ts';
import { Steps } from './steps.ts';
import {
  downloadCommands,
  ensureRelease,
  ensureRequest,
  RELEASE,
  writeDownloadKey,
} from './training-data.ts';

interface DemoOptions {
  once: boolean;
  json: string | null;
  port: number | null;
}

/** What must be stopped at the end, whatever happens. */
interface Running {
  children: Child[];
  database: Database | null;
}

const home = heldoutHome();
const challenges = DEMO_CHALLENGES.map((one) => ({
  ...one,
  challenge: templateOf(one.template)!.define(new Date()),
}));

async function runDemo(options: DemoOptions, running: Running): Promise<void> {
  const steps = new Steps(9);
  const folder = openDemoFolder(home);
  mkdirSync(join(home, 'logs'), { recursive: true });

  // One core builds the site while the other paints scans.
  const building = ensureBuilt();
  building.catch(() => undefined);
  await steps.run('Synthetic scans', (update) => synthesizeScans(folder, update));
  await steps.run('Example algorithm images', (update) => buildImages(folder, update));
  await steps.run('Site build', async (update) => {
    update('next build');
    return (await building) ? 'built' : 'reused';
  });

  const { site, runner, database } = await startEverything(steps, options, running);
  const organizer = await ensureOrganizer(folder, site, database.siteUrl);
  const token = folder.state.accounts['organizer']?.token ?? '';

  await steps.run('Challenges and sealed test sets', async (update) => {
    const recipient = await runnerRecipient(organizer, runner.child, runner.startedAt);
    const parts: string[] = [];
    for (const { challenge, dataSets } of challenges) {
      const isNew = await ensureChallenge(organizer, challenge);
      const sealed: string[] = [];
      for (const { name, phase } of dataSets) {
        if (phase === null) continue;
        const place = { challenge: challenge.slug, slug: phase, dataSet: name, recipient };
        if (await ensureTestSet(folder, { site: organizer, token }, place, update)) sealed.push(name);
      }
      const sets = sealed.length > 0 ? `sealed and imported ${sealed.join(', ')}` : 'test sets reused';
      parts.push(`${challenge.slug} ${isNew ? 'created' : 'reused'}, ${sets}`);
    }
    return `${parts.join('; ')}; key ${recipient.slice(0, 12)}…`;
  });

  const training = await steps.run(
    'Training data, for those who ask',
    (update) => releaseTraining(folder, { organizer, token, site, database }, update),
    ({ summary }) => summary,
  );

  const followed = await steps.run(
    'Teams submit over HTTP',
    (update) => submitAll(folder, { site, databaseUrl: database.siteUrl }, update),
    ({ length }) => `${length} submissions`,
  );

  await steps.run('Sandboxed evaluations', async (update) => {
    const ended = await followToEnd(followed, runner.child, update);
    const failed = ended.filter(({ evaluation }) => evaluation.state !== 'SCORED');
    if (failed.length > 0) {
      const reasons = failed.map(
        ({ id, evaluation }) => `${id}: ${evaluation.state} ${evaluation.error?.code ?? ''}`,
      );
      throw new Error(`${failed.length} submissions have no score:\n${reasons.join('\n')}`);
    }
    const runs = ended.reduce((sum, { evaluation }) => sum + evaluation.caseCount, 0);
    return `${ended.length} evaluations of ${runs} cases`;
  });

  await steps.run('Leaderboards', async () => {
    const texts: string[] = [];
    for (const [index, { challenge }] of challenges.entries()) {
      const leaderboard = await site.leaderboard(challenge.slug, 'test');
      if (!leaderboard) throw new Error(`The site has no leaderboard for ${challenge.slug}.`);
      console.log(`\n${challenge.title}\n\n${leaderboardText(leaderboard)}\n`);
      if (options.json && index === 0) writeFileSync(resolve(options.json), JSON.stringify(leaderboard));
      texts.push(`${leaderboard.entries.length} teams, ${leaderboard.caseCount} hidden cases`);
    }
    return `${texts.join('; ')} (synthetic scans, not patients)`;
  });
  console.log(`\nDone in ${steps.allSeconds()} s.`);
  if (options.once) return;

  console.log('\nLeaderboards:');
  for (const { challenge } of challenges)
    console.log(`  ${site.url}/challenges/${challenge.slug}/leaderboard`);
  console.log(`Sign in at ${site.url}/sign-in with one of these accounts (email, password):`);
  for (const line of accountLines(folder)) console.log(`  ${line}`);
  console.log(`Training scans: ${join(folder.path, 'data', 'training')}`);
  for (const line of training.lines) console.log(line);
  console.log(`Images to submit: ${join(folder.path, 'images')}`);
  console.log('Press Ctrl+C to stop. To serve the same data again, run `npm start`.');
  await Promise.race(running.children.map((child) => child.ended));
}

/** Two people ask for the training data of the first challenge; one of them gets it, and one waits. */
async function releaseTraining(
  folder: DemoFolder,
  {
    organizer,
    token,
    site,
    database,
  }: { organizer: SiteClient; token: string; site: SiteClient; database: Database },
  update: (text: string) => void,
): Promise<{ summary: string; lines: string[] }> {
  const { slug } = challenges[0]!.challenge;
  const isNew = await ensureRelease(folder, { site: organizer, token }, slug, update);
  const asks = async (role: TeamRole) => {
    const databaseUrl = database.siteUrl;
    const { client } = await ensureTeam(folder, site, { challenge: slug, role, databaseUrl });
    const account = folder.state.accounts[role]!;
    return { account, waiting: await ensureRequest(client, account, slug) };
  };
  const approved = await asks('asymmetry');
  if (approved.waiting !== null) await organizer.approveData(slug, approved.waiting);
  const { account: waits } = await asks('threshold');
  const { account } = approved;
  const keys = await writeDownloadKey(folder, database.siteUrl, account);
  const at = { challenge: slug, site: site.url, token: account.token ?? '', folder: folder.path };
  const { age, openssl } = downloadCommands(at, keys);
  return {
    summary: `${slug}/${RELEASE.dataset}@${RELEASE.version} ${isNew ? 'published' : 'reused'}; ${account.name} has access, ${waits.name} waits`,
    lines: [
      `As ${account.name}, download the training data and decrypt it with age:`,
      ...age.map((line) => `  ${line}`),
      'or with openssl:',
      ...openssl.map((line) => `  ${line}`),
    ],
  };
}

/** Each team uploads an image once and submits it to the last phase, the first team to those before it too. */
async function submitAll(
  folder: DemoFolder,
  { site, databaseUrl }: { site: SiteClient; databaseUrl: string },
  update: (text: string) => void,
): Promise<Followed[]> {
  const followed: Followed[] = [];
  for (const { challenge, entries } of challenges) {
    for (const [index, { role, algorithm, label }] of entries.entries()) {
      const { client, team } = await ensureTeam(folder, site, {
        challenge: challenge.slug,
        role,
        databaseUrl,
      });
      const place = { team, challenge: challenge.slug, phase: challenge.phases[0]!.slug };
      const image = await client.uploadImage(place, imageFile(folder, algorithm), (sent, total) =>
        update(
          `${TEAMS[role].team}: ${Math.floor((100 * sent) / total)}% of ${Math.round(total / 1e6)} MB uploaded`,
        ),
      );
      for (const phase of index === 0 ? challenge.phases : challenge.phases.slice(-1)) {
        const to = { ...place, phase: phase.slug };
        const id = await client.submit({ ...to, imageId: image.id, algorithm: label });
        followed.push({ client, id, name: algorithm, phase: phase.slug });
      }
    }
  }
  return followed;
}

async function startEverything(steps: Steps, options: DemoOptions, running: Running) {
  const wanted = options.port ?? 3000;
  const port = options.port !== null || (await portIsFree(wanted)) ? wanted : await freePort();
  const site = new SiteClient(`http://127.0.0.1:${port}`);
  const work = async (update: (text: string) => void) => {
    const database = await ensureDatabase({ home });
    running.database = database;
    update(database.description);
    await migrate(database.ownerUrl);
    const siteChild = startSite({ home, database, port, logFile: join(home, 'logs', 'site.log') });
    running.children.push(siteChild);
    const startedAt = new Date();
    const child = startRunner({ home, database, logFile: join(home, 'logs', 'runner.log') });
    running.children.push(child);
    await waitForSite(site.url, siteChild);
    return { site, runner: { child, startedAt }, database };
  };
  return steps.run(
    'Database, site and runner',
    work,
    ({ database }) => `${database.description}; site on ${site.url}`,
  );
}

async function stopEverything({ children, database }: Running): Promise<void> {
  await Promise.all(children.map((child) => child.stop()));
  await database?.stop();
}

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, json: { type: 'string' }, port: { type: 'string' } },
});
const running: Running = { children: [], database: null };
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) for (const child of running.children) child.signal('SIGKILL');
    interrupted = true;
    void stopEverything(running).then(() => process.exit(130));
  });
}
try {
  const port = values.port === undefined ? null : Number(values.port);
  await runDemo({ once: values.once, json: values.json ?? null, port }, running);
} catch (error) {
  if (!interrupted) {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`Logs: ${join(home, 'logs')}`);
    process.exitCode = 1;
  }
} finally {
  await stopEverything(running);
}
