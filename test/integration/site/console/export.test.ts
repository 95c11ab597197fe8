import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { computeQuerySchema, EXPORT_TABLES } from '#lib/api/pages/organizer/export.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { exportView } from '#lib/site/console/export/export-view.ts';
import { streamExport } from '#lib/site/console/export/stream-export.ts';
import { returnQuota } from '#lib/site/submissions/decisions/decide.ts';
import { requireQuota } from '#lib/site/submissions/may-submit.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  organizer = await here.newViewer();
  const data = { challengeId: scene.challengeId, userId: organizer.userId, role: 'EDITOR' as const };
  await here.database.owner.organizer.create({ data });
});
afterAll(() => here.close());

/** A scored submission whose two containers ran for so many seconds each. */
async function scored(seconds: number, of = scene) {
  const id = await of.evaluation();
  const metrics = { dice: 0.5, volume_difference: 1 };
  const one = { status: 'SCORED' as const, metrics, seconds };
  await recordScores(here.database, id, [one, one]);
  const { submission } = await here.database.owner.evaluation.findUniqueOrThrow({
    where: { id },
    include: { submission: true },
  });
  return submission;
}

async function exported(file: string, viewer: Viewer | null = organizer): Promise<string> {
  const { text } = await streamExport(here.site, scene.challengeSlug, file, viewer);
  return new Response(text).text();
}

test('every table is exported whole, in batches, as CSV and as JSON, and no other challenge’s', async () => {
  const { owner } = here.database;
  const submission = await scored(10);
  await scored(10, await newScene(owner));
  await owner.submission.update({
    where: { id: submission.id },
    data: { algorithm: '=1+1, "net"' },
  });
  const { teamId, userId, imageId, phaseId } = submission;
  const data = Array.from({ length: 1100 }, (_, n) => {
    return { teamId, userId, imageId, phaseId, algorithm: `net ${n}` };
  });
  await owner.submission.createMany({ data });
  const ids = (await owner.submission.findMany({ where: { phaseId }, select: { id: true } })).map(
    ({ id }) => id,
  );
  const waiting = ids.filter((id) => id !== submission.id);
  await owner.evaluation.createMany({
    data: waiting.map((submissionId) => ({ submissionId, caseCount: 2 })),
  });

  const rows = JSON.parse(await exported('submissions.json')) as { id: string; state: string }[];
  expect(rows.map(({ id }) => id)).toEqual([...ids].sort());
  const csv = parse(await exported('submissions.csv'), { columns: true }) as Record<string, string>[];
  expect(csv.map(({ id }) => id)).toEqual([...ids].sort());
  // A spreadsheet must not run it.
  expect(csv.find(({ id }) => id === submission.id)).toMatchObject({
    ...{ algorithm: `'=1+1, "net"`, state: 'SCORED', scored: '2', container_seconds: '20', phase: 'test' },
  });
  for (const table of Object.keys(EXPORT_TABLES)) {
    expect(JSON.parse(await exported(`${table}.json`)), table).toEqual(expect.any(Array));
    expect(await exported(`${table}.csv`), table).toEqual(expect.any(String));
  }
  expect(JSON.parse(await exported('cases.json'))).toMatchObject([
    { case_index: 0, metrics: { dice: 0.5 }, seconds: 10 },
    { case_index: 1 },
  ]);
  for (const file of ['users.csv', 'submissions.xml', 'submissions', 'submissions.csv.csv', 'toString.csv']) {
    await expect(exported(file)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  await expect(exported('submissions.csv', await here.newViewer())).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await expect(exported('submissions.csv', null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
});

test('a team at its computing budget can’t submit; platform errors and returned quota don’t count', async () => {
  const { owner } = here.database;
  const place = await newScene(owner);
  const first = await scored(1800, place);
  const { phaseId, teamId, id } = first;
  const row = await owner.phase.update({ where: { id: phaseId }, data: { computeHours: 1.5 } });
  const maySubmit = () => requireQuota(here.site.db, phaseFromRow(row), teamId, here.site.now());
  await maySubmit();
  const evaluation = await owner.evaluation.create({
    data: { submissionId: id, caseCount: 2, containerSeconds: 7200, code: 'DISK_FULL', state: 'FAILED' },
  });
  await maySubmit();
  await owner.evaluation.update({ where: { id: evaluation.id }, data: { code: 'TIME_LIMIT' } });
  await expect(maySubmit()).rejects.toMatchObject({
    code: 'QUOTA_USED',
    message: expect.stringContaining('have run for 3.0 h in this phase, which allows a team 1.5 h'),
  });

  const viewer = await here.newViewer({ isAdmin: true });
  const { slug } = await owner.challenge.findUniqueOrThrow({ where: { id: place.challengeId } });
  const read = () => exportView(here.site, slug, viewer, computeQuerySchema.parse({}));
  expect((await read()).compute).toMatchObject([
    { submissions: 1, seconds: 10_800, countedSeconds: 10_800, budgetHours: 1.5 },
  ]);
  await returnQuota(here.site, id, { reason: 'Platform error' }, viewer);
  await maySubmit();
  expect((await read()).compute).toMatchObject([{ seconds: 10_800, countedSeconds: 0 }]);
});

test('the computing time of teams is paged, the most first', async () => {
  const place = await newScene(here.database.owner);
  const viewer = await here.newViewer({ isAdmin: true });
  for (const seconds of [10, 30, 20]) await scored(seconds, place);
  const { slug } = await here.database.owner.challenge.findUniqueOrThrow({
    where: { id: place.challengeId },
  });
  const read = (query: object) => exportView(here.site, slug, viewer, computeQuerySchema.parse(query));
  const start = await read({ limit: 2 });
  const end = await read({ limit: 2, after: start.next });
  expect([...start.compute, ...end.compute].map(({ seconds }) => seconds)).toEqual([60, 40, 20]);
  expect(end.next).toBeNull();
});
