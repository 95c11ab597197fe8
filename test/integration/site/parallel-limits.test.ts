import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import type { Site } from '#lib/site/site.ts';
import { storeArchive } from '#lib/site/submissions/archives/store-archive.ts';
import { rerunSubmission } from '#lib/site/submissions/rerun-submission.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/**
 * Guarantee: limits hold for requests that arrive at the same moment, also in two processes of the site. For the
 * quota see submissions.test.ts.
 */
let here: TestSite;
let scene: Scene;
let secondDatabase: Database;
/** Two processes of the site. */
let sites: [Site, Site];
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  secondDatabase = openDatabase(here.database.siteUrl);
  sites = [here.site, { ...here.site, db: secondDatabase }];
});
afterAll(async () => {
  await secondDatabase.$disconnect();
  await here.close();
});

/** The codes of those that are refused, of `count` calls at once. */
async function refusedOf(count: number, send: (site: Site, index: number) => Promise<unknown>) {
  const results = await Promise.allSettled(
    Array.from({ length: count }, (_, index) => send(sites[index % 2]!, index)),
  );
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
}

async function newMember(): Promise<Viewer> {
  const viewer = await here.newViewer();
  await scene.team(viewer.userId);
  return here.refresh(viewer);
}

test('of forty teams that one person creates at once, ten are created', async () => {
  const viewer = await here.newViewer();
  const refused = await refusedOf(40, (site) => createTeam(site, { name: unique('Team') }, viewer));
  expect(refused).toEqual(Array(30).fill('CONFLICT'));
  expect(await here.database.owner.membership.count({ where: { userId: viewer.userId } })).toBe(10);
});

test.each(['image', 'model'] as const)(
  'of 25 %s archives that arrive at once, ten are stored',
  async (kind) => {
    const viewer = await newMember();
    const team = viewer.teams[0]!;
    const place = { team: team.slug, challenge: scene.challengeSlug, phase: 'test', fileName: 'x.tar.gz' };
    const send = (site: Site, index: number) => {
      const bytes = gzipSync(`archive ${index}`);
      const upload = {
        ...place,
        chunks: (async function* () {
          yield bytes;
        })(),
        expectedBytes: bytes.length,
        expectedSha256: undefined,
      };
      return storeArchive(site, kind, upload, viewer);
    };
    expect(await refusedOf(25, send)).toEqual(Array(15).fill('CONFLICT'));
    const { image, modelArchive, uploadSlot } = here.database.owner;
    const where = { teamId: team.id };
    expect(await (kind === 'image' ? image.count({ where }) : modelArchive.count({ where }))).toBe(10);
    expect(await uploadSlot.count({ where })).toBe(0);
  },
);

test('an upload whose process was killed stops counting after two minutes', async () => {
  const viewer = await newMember();
  const team = viewer.teams[0]!;
  const expiresAt = new Date(Date.now() + 120_000);
  const slots = Array.from({ length: 10 }, () => ({ teamId: team.id, kind: 'image', expiresAt }));
  await here.database.owner.uploadSlot.createMany({ data: slots });
  const bytes = gzipSync('an archive');
  const send = () => {
    const chunks = (async function* () {
      yield bytes;
    })();
    const place = { team: team.slug, challenge: scene.challengeSlug, phase: 'test', fileName: 'x.tar.gz' };
    const upload = { ...place, chunks, expectedBytes: bytes.length, expectedSha256: undefined };
    return storeArchive(here.site, 'image', upload, viewer);
  };
  await expect(send()).rejects.toMatchObject({ code: 'CONFLICT' });
  here.setNow(new Date(expiresAt.getTime() + 1));
  expect(await send()).toMatchObject({ bytes: bytes.length });
  here.setNow(null);
});

test('a team that is registered twenty times at once is registered once, with one audit event', async () => {
  const viewer = await here.newViewer();
  const { slug, id: teamId } = await createTeam(here.site, { name: unique('Team') }, viewer);
  const known = await here.refresh(viewer);
  const register = (site: Site) => registerTeam(site, scene.challengeSlug, { team: slug }, known);
  expect(await refusedOf(20, register)).toEqual([]);
  expect(await here.database.owner.registration.count({ where: { teamId } })).toBe(1);
  const where = { action: 'team.register', detail: { path: ['team'], equals: slug } };
  expect(await here.database.owner.auditEvent.count({ where })).toBe(1);
});

test('a submission that is rerun ten times at once gets one new attempt', async () => {
  const { owner } = here.database;
  const evaluationId = await scene.evaluation();
  const data = { state: 'FAILED', code: 'DISK_FULL', finishedAt: new Date() } as const;
  const { submissionId } = await owner.evaluation.update({ where: { id: evaluationId }, data });
  const administrator = await here.newViewer({ isAdmin: true });
  const refused = await refusedOf(10, (site) => rerunSubmission(site, submissionId, administrator));
  expect(refused).toEqual(Array(9).fill('CONFLICT'));
  expect(await owner.evaluation.count({ where: { submissionId } })).toBe(2);
});
