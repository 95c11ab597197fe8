import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { offerArchive } from '#lib/site/datasets/download.ts';
import { approvedRequest, newPublishedRelease } from '#test/support/site/release-archive.ts';
import { HEX64, newScene, type Scene } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Who may download a release that is given on request. */

let here: TestSite;
let scene: Scene;
let person: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  person = await here.newViewer();
});
afterAll(async () => {
  await here.close();
});

test('an approval gives access until it expires or is revoked, and to no release whose terms aren’t signed', async () => {
  const { dataset, datasetId } = await newPublishedRelease(here.database.owner, scene.challengeId);
  const place = { challenge: scene.challengeSlug, dataset, version: '1.0', variant: 'native' };
  const download = (viewer: Viewer | null) => offerArchive(here.site, place, { form: 'age' }, viewer);
  await expect(download(null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(download(person)).rejects.toMatchObject({ code: 'FORBIDDEN' });

  const { userId } = person;
  const expiresAt = new Date(Date.now() + 60_000);
  const id = await approvedRequest(here.database.owner, { datasetId, userId, expiresAt });
  await expect(download(person)).rejects.toMatchObject({ code: 'TERMS_NOT_ACCEPTED' });
  const signature = { datasetId, userId, termsSha256: HEX64, name: 'Ada', version: '1.0' };
  await here.database.owner.dataSignature.create({ data: signature });
  expect((await download(person)).fileName).toBe(`${dataset}-1.0-native.tar.gz.age`);
  // Only encrypted for their key.
  await expect(offerArchive(here.site, place, {}, person)).rejects.toMatchObject({ code: 'INVALID' });
  await expect(download(await here.newViewer())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(download({ ...person, tokenScopes: ['submit'] })).rejects.toThrow('scope “read”');

  here.setNow(expiresAt);
  await expect(download(person)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  here.setNow(null);
  await download(person);
  const revoked = { state: 'REVOKED' as const, revokedAt: new Date() };
  await here.database.owner.dataRequest.update({ where: { id }, data: revoked });
  await expect(download(person)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
