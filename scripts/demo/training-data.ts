import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#lib/platform/database.ts';
import { openDataKeys } from '#lib/site/datasets/data-keys.ts';
import { keyMaterial } from '#lib/site/datasets/keys/key-material.ts';
import { keyOf } from '#lib/site/datasets/keys/own-key.ts';
import { dataKeyFile } from '#scripts/environment.ts';
import { runHeldout } from './command.ts';
import type { SiteClient } from './site-client.ts';
import type { Account, DemoFolder } from './state.ts';

export const RELEASE = { dataset: 'training', version: '1.0.0' } as const;

/** The variants of the release, each with the folder that it is made from. */
const VARIANTS = [
  { name: 'normalized', title: 'On the grid of a template', data: 'training' },
  { name: 'native', title: 'On their own grids', data: 'native-training' },
] as const;

const DESCRIPTION = {
  title: 'Synthetic training scans',
  summary: 'Scans of heads that nobody has, with lesions. Made by the generator of Heldout.',
  license: 'CC0-1.0',
  contact: 'olga@heldout.example',
  access: 'REQUEST',
  terms: 'I use these scans to develop algorithms, and I don’t pass them on.',
};

interface Organizer {
  site: SiteClient;
  token: string;
}

/** Publishes the synthetic training data, unless the site has the release. */
export async function ensureRelease(
  folder: DemoFolder,
  { site, token }: Organizer,
  challenge: string,
  update: (text: string) => void,
): Promise<boolean> {
  const stored = (await site.datasets(challenge)).find(({ name }) => name === RELEASE.dataset);
  if (stored?.releases.some(({ version, publishedAt }) => version === RELEASE.version && publishedAt))
    return false;
  const description = join(folder.path, 'training.json');
  writeFileSync(description, JSON.stringify(DESCRIPTION, null, 2));
  const place = ['--as', `${challenge}/${RELEASE.dataset}@${RELEASE.version}`, '--site', site.url];
  const publish = (args: readonly string[], onLine: (line: string) => void) =>
    runHeldout(['dataset', 'publish', ...args, ...place], { onLine, environment: { HELDOUT_TOKEN: token } });
  for (const { name, title, data } of VARIANTS) {
    const source = join(folder.path, 'data', data);
    const variant = ['--variant', name, '--title', title, '--describe', description];
    const checks = ['--subject-key', subjectKeyFile(folder), '--header-text', 'remove'];
    await publish([source, ...variant, ...checks], (line) => update(`${name}: ${line}`));
  }
  await publish(['--final', '--yes'], update);
  return true;
}

/** The key that the demo's test sets are sealed with, so that none of their subjects is released. */
export function subjectKeyFile(folder: DemoFolder): string {
  return join(folder.path, 'subjects.key');
}

/** A person asks for the data, unless they did. @returns the ID of the request while nobody has decided. */
export async function ensureRequest(
  client: SiteClient,
  account: Account,
  challenge: string,
): Promise<string | null> {
  const access = await client.dataAccess(challenge, RELEASE.dataset);
  if (access.request && access.request.state !== 'DRAFT')
    return access.request.state === 'SUBMITTED' ? access.request.id : null;
  const asked = await client.askForData(challenge, RELEASE.dataset, {
    institution: 'University of Heldout',
    useStatement: 'To train and compare algorithms that find lesions.',
    name: account.name,
    termsSha256: access.terms[0]!.termsSha256,
  });
  return asked.request!.id;
}

/** Where the demo keeps what a person sees on the page of their download key. */
export interface KeyFiles {
  identity: string;
  passphrase: string;
}

/** Writes the download key of an account into files. A person reads it in their account, after their password. */
export async function writeDownloadKey(
  folder: DemoFolder,
  databaseUrl: string,
  account: Account,
): Promise<KeyFiles> {
  const db = openDatabase(databaseUrl);
  try {
    const { id } = await db.user.findUniqueOrThrow({ where: { email: account.email } });
    const key = await keyOf(db, await openDataKeys(dataKeyFile()), id);
    const { identity, passphrase } = keyMaterial(key.secret, key.recipient);
    const files = {
      identity: join(folder.path, 'download-key.txt'),
      passphrase: join(folder.path, 'download-passphrase.txt'),
    };
    writeFileSync(files.identity, `${identity}\n`, { mode: 0o600 });
    writeFileSync(files.passphrase, `${passphrase}\n`, { mode: 0o600 });
    return files;
  } finally {
    await db.$disconnect();
  }
}

/** The commands with which the reader downloads a variant into `folder` and decrypts it, for a shell. */
export function downloadCommands(
  at: { challenge: string; site: string; token: string; folder: string },
  keys: KeyFiles,
): { age: string[]; openssl: string[] } {
  const release = `${at.challenge}/${RELEASE.dataset}@${RELEASE.version}`;
  const archive = join(at.folder, 'training.tar.gz');
  const download = (form: string, file: string) =>
    `HELDOUT_TOKEN=${at.token} npm run -s heldout -- data download ${release} --variant native --as ${form} -o ${file} --site ${at.site}`;
  return {
    age: [
      download('age', `${archive}.age`),
      `age --decrypt --identity ${keys.identity} --output ${archive} ${archive}.age`,
    ],
    openssl: [
      download('openssl', `${archive}.enc`),
      `openssl enc -d -aes-256-cbc -pbkdf2 -iter 100000 -pass file:${keys.passphrase} -in ${archive}.enc -out ${archive}`,
    ],
  };
}
