import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readImage } from '#runner/imaging/read.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import type { Account, DemoFolder } from '#scripts/demo/state.ts';
import {
  downloadCommands,
  ensureRelease,
  ensureRequest,
  type KeyFiles,
  writeDownloadKey,
} from '#scripts/demo/training-data.ts';
import { ROOT } from '#scripts/root.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import { newAccount, newAdministrator } from '#test/support/api/people.ts';
import { serveApi } from '#test/support/api/serve-routes.ts';
import { plainCase, scanValues, writeFiles } from '#test/support/datasets/write-dataset.ts';
import { newScene } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** The demo’s training data, from its publication to the commands that the demo prints, run as they are. */

let here: TestSite;
let api: Awaited<ReturnType<typeof serveApi>>;
let folder: DemoFolder;
let challenge: string;
let organizer: { site: SiteClient; token: string };
let reader: { client: SiteClient; account: Account };
let keys: KeyFiles;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  api = await serveApi();
  vi.stubEnv('HELDOUT_DATA_KEYS', here.site.environment.dataKeyFile);
  ({ challengeSlug: challenge } = await newScene(here.database.owner));
  const path = mkdtempSync(join(tmpdir(), 'heldout-demo-'));
  folder = { path, state: { hiddenSeed: '', accounts: {}, madeFrom: {}, imported: {} }, save: () => {} };
  await writeFiles(join(path, 'data', 'training'), plainCase('bids', 'a', 1));
  await writeFiles(join(path, 'data', 'native-training'), plainCase('bids', 'a', 2));
  const site = new SiteClient(api.address);
  const token = await newAdministrator(new CheckedApi(ORIGIN), here.database.owner);
  organizer = { site: site.as(token), token };
  const { email, token: own } = await newAccount(new CheckedApi(ORIGIN), 'Ada Moreau');
  reader = {
    client: site.as(own),
    account: { name: 'Ada Moreau', email, password: '', token: own },
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  api.close();
  rmSync(folder.path, { recursive: true });
  await here.close();
});

test('the release is published once, and a request waits until it is approved', async () => {
  expect(await ensureRelease(folder, organizer, challenge, () => {})).toBe(true);
  expect(await ensureRelease(folder, organizer, challenge, () => {})).toBe(false);
  const id = await ensureRequest(reader.client, reader.account, challenge);
  expect(id).not.toBeNull();
  expect(await ensureRequest(reader.client, reader.account, challenge)).toBe(id);
  await organizer.site.approveData(challenge, id!);
  expect(await ensureRequest(reader.client, reader.account, challenge)).toBeNull();
  keys = await writeDownloadKey(folder, here.database.siteUrl, reader.account);
});

test.for(['age', 'openssl'] as const)('the printed commands for %s give the scans', async (way) => {
  const at = { challenge, site: api.address, token: reader.account.token!, folder: folder.path };
  const archive = join(folder.path, 'training.tar.gz');
  rmSync(archive, { force: true });
  // As the site runs in this process, it has to go on while the commands run.
  await promisify(execFile)('sh', ['-ec', downloadCommands(at, keys)[way].join('\n')], { cwd: ROOT });
  await promisify(execFile)('tar', ['-xzf', archive, '-C', folder.path]);
  const scan = join(folder.path, 'training-1.0.0-native', 'sub-a/ses-1/anat/sub-a_ses-1_T1w.nii.gz');
  expect(readImage(readFileSync(scan)).volume.data).toEqual(scanValues(2));
});
