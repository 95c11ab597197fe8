import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import type { Child } from '#scripts/child.ts';
import { runHeldout } from './command.ts';
import type { SiteClient } from './site-client.ts';
import type { DemoFolder } from './state.ts';
import { subjectKeyFile } from './training-data.ts';

const RUNNER_LIMIT_MS = 60_000;

/** The public key of the runner that has just started, as the organizer reads it from the site. */
export async function runnerRecipient(
  organizer: SiteClient,
  runner: Child,
  startedAt: Date,
): Promise<string> {
  const deadline = Date.now() + RUNNER_LIMIT_MS;
  while (!runner.hasEnded() && Date.now() < deadline) {
    const seen = (await organizer.runners()).find(({ lastSeenAt }) => new Date(lastSeenAt) >= startedAt);
    if (seen) return seen.recipient;
    await delay(200);
  }
  throw new Error(
    runner.hasEnded() ? 'The runner exited.' : 'The runner didn’t report to the site within 60 s.',
  );
}

/** Creates the challenge unless it exists. */
export async function ensureChallenge(
  organizer: SiteClient,
  challenge: ChallengeDefinition,
): Promise<boolean> {
  const first = challenge.phases[0];
  if (first && (await organizer.leaderboard(challenge.slug, first.slug))) return false;
  await organizer.createChallenge(challenge);
  return true;
}

/** Seals a phase’s cases to the runner’s key and imports them, unless that is already done. */
export async function ensureTestSet(
  folder: DemoFolder,
  organizer: { site: SiteClient; token: string },
  phase: { challenge: string; slug: string; dataSet: string; recipient: string },
  update: (text: string) => void,
): Promise<boolean> {
  const { challenge, slug, dataSet, recipient } = phase;
  const madeFrom = folder.state.madeFrom[dataSet] ?? '';
  const imported = folder.state.imported[dataSet];
  const onSite = (await organizer.site.leaderboard(challenge, slug))?.phase.caseCount ?? null;
  if (onSite !== null && imported?.recipient === recipient && imported.madeFrom === madeFrom) return false;
  mkdirSync(join(folder.path, 'sealed'), { recursive: true });
  const sealed = join(folder.path, 'sealed', `${dataSet}.tar`);
  const data = join(folder.path, 'data', dataSet);
  const onLine = (line: string) => update(`${dataSet}: ${line}`);
  const place = ['--phase', `${challenge}/${slug}`, '--site', organizer.site.url];
  const seal = ['testset', 'seal', data, ...place, '--recipient', recipient, '-o', sealed, '--force'];
  seal.push('--subject-key', subjectKeyFile(folder));
  await runHeldout(seal, { onLine });
  await runHeldout(['testset', 'import', sealed, ...place], {
    onLine,
    environment: { HELDOUT_TOKEN: organizer.token },
  });
  folder.state.imported[dataSet] = { recipient, madeFrom };
  folder.save();
  return true;
}
