import { setTimeout as delay } from 'node:timers/promises';
import type { SubmissionView } from '#lib/api/submissions.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import type { Child } from '#scripts/child.ts';
import { runHeldout } from '#scripts/demo/command.ts';
import { followToEnd } from '#scripts/demo/follow.ts';
import type { SiteClient } from '#scripts/demo/site-client.ts';

/** What organizers and teams do with a running site, only over HTTP and with the commands that they have. */

export interface Person {
  name: string;
  email: string;
  password: string;
}

export interface Organizer {
  client: SiteClient;
  token: string;
}

/** Creates an administrator, as on the site's host, and their token. */
export async function createOrganizer(
  site: SiteClient,
  { name, email, password }: Person,
  databaseUrl: string,
): Promise<Organizer> {
  await runHeldout(
    ['admin', 'create-user', '--email', email, '--name', name, '--admin', '--password-stdin'],
    { environment: { DATABASE_URL: databaseUrl }, input: password },
  );
  const token = await site.createToken({ email, password }, 'tests');
  return { client: site.as(token), token };
}

export interface NewChallenge {
  definition: ChallengeDefinition;
  /** Folder of the data set of each phase. */
  data: Readonly<Record<string, string>>;
  /** Of phases that are scored by a container: its image, the key that signs it, and the archive of its truth. */
  scorers?: Readonly<Record<string, { image: string; key: string; groundTruth: string }>>;
  /** Sealed sets are written here. */
  folder: string;
}

/** Creates a challenge, seals the data sets of its phases to the runner's key, and imports them. */
export async function createChallenge(
  { client, token }: Organizer,
  runner: Child,
  { definition, data, scorers = {}, folder }: NewChallenge,
): Promise<void> {
  await client.createChallenge(definition);
  const recipient = await firstRecipient(client, runner);
  for (const [phase, dataSet] of Object.entries(data)) {
    const sealed = `${folder}/${definition.slug}-${phase}.tar`;
    const place = ['--phase', `${definition.slug}/${phase}`, '--site', client.url];
    const environment = { HELDOUT_TOKEN: token };
    const scorer = scorers[phase];
    const ofScorer = scorer ? ['--scorer-key', scorer.key, '--ground-truth', scorer.groundTruth] : [];
    await runHeldout([
      'testset',
      'seal',
      dataSet,
      '--recipient',
      recipient,
      '-o',
      sealed,
      ...place,
      ...ofScorer,
    ]);
    await runHeldout(['testset', 'import', sealed, ...place], { environment });
    if (scorer) {
      await runHeldout(['scorer', 'import', scorer.image, '--key', scorer.key, ...place], { environment });
    }
  }
}

async function firstRecipient(organizer: SiteClient, runner: Child): Promise<string> {
  while (!runner.hasEnded()) {
    const [first] = await organizer.runners();
    if (first) return first.recipient;
    await delay(100);
  }
  throw new Error('The runner ended before it was registered.');
}

export interface Entry {
  person: Person;
  /** A new team. */
  team: string;
  challenge: string;
  phase: string;
  /** Image archive. */
  archive: string;
  algorithm: string;
}

/** Signs a person up, registers a team of theirs, uploads the image, submits it, and waits until it has ended. */
export async function submitEntry(
  site: SiteClient,
  runner: Child,
  { person, team, challenge, phase, archive, algorithm }: Entry,
): Promise<SubmissionView> {
  await site.signUp(person);
  const client = site.as(await site.createToken(person, 'tests'));
  const slug = await client.createTeam(team);
  await client.register(challenge, slug);
  const place = { team: slug, challenge, phase };
  const image = await client.uploadImage(place, archive, () => undefined);
  const id = await client.submit({ ...place, imageId: image.id, algorithm });
  const [ended] = await followToEnd([{ client, id, name: team, phase }], runner, () => undefined);
  return ended!;
}
