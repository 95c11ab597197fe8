import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ApiRoute, ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { DownloadForm } from '#lib/domain/datasets/download-form.ts';
import { tarEnd, tarFileHeader, tarPadding } from '#lib/platform/archives/tar-writer.ts';
import { ensureBuilt } from '#scripts/build.ts';
import { waitForSite } from '#scripts/child.ts';
import { freePort } from '#scripts/free-port.ts';
import { startSite } from '#scripts/launch.ts';
import { copyDatabase, type TestDatabase } from '#test/support/database.ts';
import { startDatabaseServer } from '#test/support/postgres-setup.ts';
import { DATASET } from '#test/support/site/release-archive.ts';
import { newScene } from '#test/support/site/scene.ts';
import { median } from './median.ts';
import { usedCpuMs } from './site/processes.ts';

/**
 * Measures downloads of released data from the production site over loopback, by form.
 *
 *   npm run bench:downloads [-- MIB ROUNDS]
 *
 * Each file is decrypted as it lies in the store, and encrypted again in all forms but the plain one. The client shares
 * the machine's processors with the site and its database, so the site's CPU time is printed too: it shows what one
 * processor could send. Ends with status 1 if a limit is missed.
 */
const [mebibytes = 512, rounds = 3] = process.argv.slice(2).map(Number);
const FILES = 4;
const FORMS: readonly { name: string; form: DownloadForm; path: string | null; minMbPerSecond: number }[] = [
  { name: 'plain, one file', form: 'plain', path: 'scan-0', minMbPerSecond: 300 },
  { name: 'plain, archive', form: 'plain', path: null, minMbPerSecond: 300 },
  { name: 'age, archive', form: 'age', path: null, minMbPerSecond: 100 },
  { name: 'openssl, archive', form: 'openssl', path: null, minMbPerSecond: 100 },
];

await using cleanUp = new AsyncDisposableStack();
const home = mkdtempSync(join(tmpdir(), 'heldout-bench-downloads-'));
cleanUp.defer(() => rmSync(home, { recursive: true }));
const { server, stop } = await startDatabaseServer();
cleanUp.defer(stop);
const database = await copyDatabase(server);
cleanUp.defer(() => database.close());
console.log('Building the site.');
await ensureBuilt();
process.env['HELDOUT_API_REQUESTS_PER_MINUTE'] = '1000000';
const port = await freePort();
const site = startSite({ home, database, port, logFile: join(home, 'site.log') });
cleanUp.defer(() => site.stop());
const url = new URL(`http://127.0.0.1:${port}`);
await waitForSite(url.href, site);
console.log(`Uploading ${mebibytes} MiB in ${FILES} files.`);
const { params, token } = await publish(database);

let missed = 0;
for (const { name, form, path, minMbPerSecond } of FORMS) {
  const address = path
    ? routeAddress(ROUTES.downloadReleaseFile, params, { as: form, path })
    : routeAddress(ROUTES.downloadRelease, params, { as: form });
  const results: { mbPerSecond: number; cpuMs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const [cpu, start] = [usedCpuMs(site.pid) ?? 0, performance.now()];
    const bytes = await receive(new URL(address, url), token);
    const seconds = (performance.now() - start) / 1000;
    results.push({
      mbPerSecond: bytes / 1e6 / seconds,
      cpuMs: (((usedCpuMs(site.pid) ?? 0) - cpu) * 1e9) / bytes,
    });
  }
  const speed = median(results.map(({ mbPerSecond }) => mbPerSecond));
  const cpuMs = median(results.map((result) => result.cpuMs));
  if (speed < minMbPerSecond) missed += 1;
  console.log(
    `${name.padEnd(18)} ${speed.toFixed(0).padStart(5)} MB/s  (at least ${minMbPerSecond}), ${cpuMs.toFixed(0)} ms of CPU for 1 GB`,
  );
}
process.exitCode = missed === 0 ? 0 : 1;

/** A release with files that don’t compress. Returns its place, and the token of an organizer. */
async function publish({ owner }: TestDatabase) {
  const { challengeId, challengeSlug: slug } = await newScene(owner);
  const user = await owner.user.create({ data: { name: 'Ada', email: 'ada@example.org' } });
  await owner.organizer.create({ data: { challengeId, userId: user.id, role: 'EDITOR' } });
  const secret = `hld_${randomBytes(32).toString('base64url')}`;
  const tokenHash = createHash('sha256').update(secret).digest('hex');
  const scopes = ['read' as const, 'organize' as const];
  await owner.apiToken.create({ data: { userId: user.id, name: 'bench', tokenHash, scopes } });
  const place = { slug, dataset: 'scans', version: '1.0', variant: 'native' };
  const send = async ({ method, path }: ApiRoute, init: RequestInit) => {
    const headers = { authorization: `Bearer ${secret}`, ...(init.headers as Record<string, string>) };
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof place) => place[name]);
    const response = await fetch(new URL(address, url), { ...init, method, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  };
  const json = { 'content-type': 'application/json' };
  await send(ROUTES.describeDataset, { body: JSON.stringify(DATASET), headers: json });
  await send(ROUTES.describeRelease, { body: '{}', headers: json });
  const headers = { 'content-type': 'application/octet-stream' };
  await send(ROUTES.uploadVariant, {
    headers,
    body: Readable.toWeb(Readable.from(archive())),
    duplex: 'half',
  } as unknown as RequestInit);
  await send(ROUTES.publishRelease, {});
  return { params: place, token: secret };
}

function* archive(): Generator<Uint8Array> {
  const description = Buffer.from(JSON.stringify({ title: 'Native', caseCount: FILES, hasTruth: false }));
  yield* member('variant.json', description.length, [description]);
  const block = randomBytes(1 << 20);
  const blocks = Array.from({ length: Math.ceil(mebibytes / FILES) }, () => block);
  for (let file = 0; file < FILES; file++)
    yield* member(`scan-${file}`, blocks.length * block.length, blocks);
  yield tarEnd();
}

function* member(name: string, bytes: number, content: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield tarFileHeader(name, bytes);
  yield* content;
  yield tarPadding(bytes);
}

/** Returns how many bytes came. */
function receive(address: URL, bearer: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${bearer}` };
    const request = http.get(address, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${address} answered ${response.statusCode}`));
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
