import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { dataCommand } from '#cli/data/data.ts';
import { describeDataset, describeRelease, publishRelease } from '#lib/site/datasets/edit-dataset.ts';
import { keyMaterial } from '#lib/site/datasets/keys/key-material.ts';
import { ownKey } from '#lib/site/datasets/keys/own-key.ts';
import { listReleaseFiles } from '#lib/site/datasets/read-datasets.ts';
import { uploadVariant } from '#lib/site/datasets/upload-variant.ts';
import { serveApi } from '#test/support/api/serve-routes.ts';
import { DATASET, newPublishedRelease, releaseArchive } from '#test/support/site/release-archive.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { inChunks } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** `heldout data` against a site, from the list to the trace. */

const FILES = Array.from({ length: 25 }, (_, index): [string, Uint8Array] => [
  `sub-${index}/scan.nii.gz`,
  createHash('shake256', { outputLength: 5000 }).update(`scan ${index}`).digest(),
]);
let here: TestSite;
let api: Awaited<ReturnType<typeof serveApi>>;
let folder: string;
let place: { challenge: string; dataset: string; version: string; variant: string };
let token: string;
let identity: string;
let printed: string;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  const { challengeId, challengeSlug: challenge } = await newScene(here.database.owner);
  let editor = await here.newViewer();
  const { userId } = editor;
  await here.database.owner.organizer.create({ data: { challengeId, userId, role: 'EDITOR' } });
  editor = await here.refresh(editor);
  place = { challenge, dataset: unique('scans'), version: '1.0', variant: 'native' };
  await describeDataset(here.site, place, DATASET, editor);
  await describeRelease(here.site, place, {}, editor);
  const archive = await releaseArchive(FILES);
  const upload = { ...place, chunks: inChunks(archive), expectedBytes: archive.length };
  await uploadVariant(here.site, upload, editor);
  await publishRelease(here.site, place, editor);
  token = `hld_${randomBytes(32).toString('base64url')}`;
  const tokenHash = createHash('sha256').update(token).digest('hex');
  const scopes = ['read' as const, 'organize' as const];
  await here.database.owner.apiToken.create({ data: { userId, name: 'data', tokenHash, scopes } });
  const { secret, recipient } = await ownKey(here.site, editor);
  identity = keyMaterial(secret, recipient).identity!;
  api = await serveApi();
  folder = mkdtempSync(join(tmpdir(), 'heldout-data-'));
  writeFileSync(join(folder, 'key.txt'), identity);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
beforeEach(() => {
  printed = '';
});
afterAll(async () => {
  vi.restoreAllMocks();
  api.close();
  rmSync(folder, { recursive: true });
  await here.close();
});

const at = (name: string) => join(folder, name);
const release = () => `${place.challenge}/${place.dataset}@1.0`;
const data = (action: string, ...args: string[]) =>
  dataCommand.run([action, ...args, '--site', api.address, '--json']);
const ofRelease = ['--variant', 'native'];
const answer = () => JSON.parse(printed);

test('list shows releases and variants', async () => {
  expect(await data('list', place.challenge)).toBe(0);
  expect(answer()).toMatchObject([{ name: place.dataset, releases: [{ variants: [{ name: 'native' }] }] }]);
});

test('a plain download is verified; a folder or archive with other files is named', async () => {
  const out = ['--out', at('plain.tar.gz')];
  expect(await data('download', release(), ...ofRelease, ...out)).toBe(0);
  expect(answer()).toMatchObject({ form: 'plain', verified: true });
  const one = ['--file', FILES[3]![0], '--out', at('scan.nii.gz')];
  expect(await data('download', release(), ...ofRelease, ...one)).toBe(0);
  expect(readFileSync(at('scan.nii.gz')).equals(FILES[3]![1])).toBe(true);
  expect(await data('verify', at('plain.tar.gz'), release(), ...ofRelease)).toBe(0);

  execFileSync('tar', ['xzf', 'plain.tar.gz'], { cwd: folder });
  const root = at(`${place.dataset}-1.0-native`);
  expect(await data('verify', folder, release(), ...ofRelease)).toBe(0);
  appendFileSync(join(root, FILES[0]![0]), 'x');
  rmSync(join(root, FILES[1]![0]));
  writeFileSync(join(root, 'notes.txt'), 'mine');
  printed = '';
  expect(await data('verify', root, release(), ...ofRelease)).toBe(1);
  // With the files that the site adds.
  const { files } = await listReleaseFiles(here.site, place, { limit: 1000 }, null);
  expect(answer()).toEqual({
    verified: files.length - 2,
    missing: [FILES[1]![0]],
    changed: [FILES[0]![0]],
    extra: ['notes.txt'],
  });
});

test('an encrypted download is decrypted, verified, and traced to its key', async () => {
  const args = [...ofRelease, '--token', token];
  const out = ['--as', 'age', '--out', at('copy.tar.gz.age')];
  await expect(data('download', release(), ...ofRelease, ...out)).rejects.toThrow('Sign in');
  expect(await data('download', release(), ...args, ...out)).toBe(0);
  await dataCommand.run(['decrypt', at('copy.tar.gz.age'), '--identity', at('key.txt')]);
  expect(await data('verify', at('copy.tar.gz'), release(), ...args)).toBe(0);
  printed = '';
  expect(await data('trace', at('copy.tar.gz'), release(), ...args)).toBe(0);
  expect(answer()).toMatchObject({ certainty: 'certain', found: { hasOrder: true, hasBlockSize: true } });

  const tar = gunzipSync(readFileSync(at('copy.tar.gz')));
  writeFileSync(at('again.tar.gz'), gzipSync(tar));
  writeFileSync(at('bare.tar'), tar);
  for (const name of ['again.tar.gz', 'bare.tar']) {
    printed = '';
    expect(await data('trace', at(name), release(), ...args)).toBe(0);
    expect(answer()).toMatchObject({ certainty: 'certain', found: { hasOrder: true, hasBlockSize: false } });
  }
  printed = '';
  expect(await data('trace', at('plain.tar.gz'), release(), ...args)).toBe(1);
  expect(answer()).toMatchObject({ certainty: 'none', found: null });
});

test('data on request is asked for with its terms signed, and the state is shown', async () => {
  const { challengeId } = await here.database.owner.dataset.findFirstOrThrow({
    where: { name: place.dataset },
  });
  const { dataset } = await newPublishedRelease(here.database.owner, challengeId);
  const name = `${place.challenge}/${dataset}`;
  const person = await here.newViewer();
  const bearer = `hld_${randomBytes(32).toString('base64url')}`;
  const tokenHash = createHash('sha256').update(bearer).digest('hex');
  const scopes = ['read' as const, 'submit' as const];
  await here.database.owner.apiToken.create({
    data: { userId: person.userId, name: 'data', tokenHash, scopes },
  });
  const args = ['--token', bearer];
  expect(await data('status', name, ...args)).toBe(0);
  expect(answer()).toMatchObject({ access: 'REQUEST', request: null, grant: null });
  const { termsSha256 } = answer().terms[0];
  writeFileSync(at('use.txt'), 'To train a network that finds lesions.');
  const form = ['--institution', 'University', '--use-file', at('use.txt'), '--sign', 'Ada Moreau'];
  await expect(data('request', name, ...args, ...form)).rejects.toThrow(`--terms ${termsSha256}`);
  printed = '';
  const signed = [...form, '--with', 'Bob, Institute', '--terms', termsSha256];
  expect(await data('request', name, ...args, ...signed)).toBe(0);
  expect(answer()).toMatchObject({
    request: { state: 'SUBMITTED', coInvestigators: [{ name: 'Bob', institution: 'Institute' }] },
    terms: [{ signature: { name: 'Ada Moreau' } }],
  });
  printed = '';
  await dataCommand.run(['status', name, '--site', api.address, ...args]);
  expect(printed).toContain(`Your request for ${name}: waiting for a decision.`);
});

test('for openssl, the HMAC is downloaded too', async () => {
  const out = at('ssl.tar.gz.enc');
  const args = [...ofRelease, '--token', token, '--as', 'openssl', '--out', out];
  expect(await data('download', release(), ...args)).toBe(0);
  expect(readFileSync(out).toString('latin1', 0, 8)).toBe('Salted__');
  expect(readFileSync(`${out}.hmac`, 'utf8')).toMatch(/^[0-9a-f]{64} \*/);
});

test.each([
  [['list'], 'pass one challenge'],
  [['download', 'a/b'], 'CHALLENGE/DATASET@VERSION'],
  [['download', 'a/b@1'], '--variant NAME is missing'],
  [['download', 'a/b@1', '--variant', 'v', '--as', 'zip'], '--as must be plain, age'],
  [['verify', 'x'], 'pass a folder or archive, and a release'],
  [['request', 'a'], 'CHALLENGE/DATASET'],
  [['status', 'a/b/c'], 'CHALLENGE/DATASET'],
  [['trace', 'x'], 'pass a .tar or .tar.gz'],
  [['decrypt', 'x'], '-o FILE is missing'],
])('%j is refused', async (args, message) => {
  const run = async () => dataCommand.run(args);
  await expect(run()).rejects.toThrow(message);
});
