import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  auditQuerySchema,
  type QueueQuery,
  queueQuerySchema,
  type SubmissionsQuery,
  submissionsQuerySchema,
} from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import { auditView } from '#lib/site/console/audit-view.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { queueView } from '#lib/site/console/queue-view.ts';
import { submissionsView } from '#lib/site/console/submissions-view.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** The lists of the organizers' console: their pages, filters and search, and who may read them. */
let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

/** A challenge with its organizer. */
async function newChallenge(): Promise<{ scene: Scene; organizer: Viewer }> {
  const scene = await newScene(here.database.owner);
  const organizer = await here.newViewer();
  await here.database.owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: organizer.userId, role: 'OWNER' },
  });
  return { scene, organizer };
}

interface Attempt {
  state?: 'QUEUED' | 'RUNNING' | 'SCORED' | 'FAILED' | 'CANCELLED';
  code?: string;
  platformCode?: string;
  failedCases?: number;
  caseCodes?: string[];
}

/** Creates a submission of a new team in the scene's phase; returns its ID. */
async function submission(
  scene: Scene,
  { algorithm = 'net', team, ...attempt }: Attempt & { algorithm?: string; team?: string } = {},
): Promise<string> {
  const { owner } = here.database;
  const where = { id: await scene.evaluation() };
  const { submissionId, submission: of } = await owner.evaluation.update({
    where,
    data: attempt,
    include: { submission: true },
  });
  await owner.submission.update({ where: { id: submissionId }, data: { algorithm } });
  if (team) await owner.team.update({ where: { id: of.teamId }, data: { name: team } });
  return submissionId;
}

/** A second phase of the scene's challenge. */
async function newPhase(scene: Scene): Promise<Scene> {
  const { owner } = here.database;
  const other = await newScene(owner);
  const data = { challengeId: scene.challengeId, slug: 'rehearsal', title: 'Rehearsal', position: 1 };
  await owner.phase.update({ where: { id: other.phaseId }, data });
  return other;
}

type Given = Partial<SubmissionsQuery> & Partial<QueueQuery>;
const submissionsOf = (scene: Scene, viewer: Viewer | null, query: Given = {}) =>
  submissionsView(here.site, scene.challengeSlug, viewer, { ...submissionsQuerySchema.parse({}), ...query });
const idsOf = ({ submissions }: { submissions: { id: string }[] }) => submissions.map(({ id }) => id);

test('submissions are read in pages, and none is skipped or repeated when teams submit meanwhile', async () => {
  const { scene, organizer } = await newChallenge();
  const rehearsal = await newPhase(scene);
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.unshift(await submission(n % 3 === 0 ? rehearsal : scene));
  // Of another challenge.
  await submission(await newScene(here.database.owner));

  const read = (after?: string) => submissionsOf(scene, organizer, { limit: 3, after });
  const first = await read();
  expect(idsOf(first)).toEqual(ids.slice(0, 3));
  expect(first.previous).toBeNull();
  const late = await submission(scene);
  const second = await read(first.next!);
  expect(idsOf(second)).toEqual(ids.slice(3, 6));
  const third = await read(second.next!);
  expect(idsOf(third)).toEqual(ids.slice(6));
  expect(third.next).toBeNull();

  // And back: the same pages, and then the new submission.
  expect(idsOf(await read(third.previous!))).toEqual(ids.slice(3, 6));
  const back = await read(second.previous!);
  expect(idsOf(back)).toEqual(ids.slice(0, 3));
  expect(back.previous).toBe('');
  expect(idsOf(await read(back.previous!))).toEqual([late, ids[0], ids[1]]);
});

test('submissions are filtered by phase, state and error code of their latest attempt', async () => {
  const { scene, organizer } = await newChallenge();
  const rehearsal = await newPhase(scene);
  const scored = await submission(scene, {
    state: 'SCORED',
    failedCases: 2,
    caseCodes: ['TIME_LIMIT', 'NO_OUTPUT'],
  });
  const failed = await submission(rehearsal, { state: 'FAILED', code: 'TIME_LIMIT' });
  const requeued = await submission(scene, { platformCode: 'DISK_FULL' });
  const rerun = await submission(scene, { state: 'FAILED', code: 'DISK_FULL' });
  await here.database.owner.evaluation.create({ data: { submissionId: rerun, caseCount: 2 } });
  const read = async (query: Given) => idsOf(await submissionsOf(scene, organizer, query));
  expect(await read({ phase: 'rehearsal' })).toEqual([failed]);
  expect(await read({ state: 'QUEUED' })).toEqual([rerun, requeued]);
  expect(await read({ state: 'FAILED' })).toEqual([failed]);
  expect(await read({ code: 'TIME_LIMIT' })).toEqual([failed, scored]);
  expect(await read({ code: 'DISK_FULL' })).toEqual([requeued]);
  expect(await read({ code: 'TIME_LIMIT', state: 'SCORED', phase: 'test' })).toEqual([scored]);
  expect(await read({ phase: 'no such phase' })).toHaveLength(4);

  const { counts, triage, platformFailures } = await organizerView(here.site, scene.challengeSlug, organizer);
  expect(counts.map(({ phaseSlug, states }) => [phaseSlug, states])).toEqual([
    ['test', { QUEUED: 2, RUNNING: 0, SCORED: 1, FAILED: 0, CANCELLED: 0 }],
    ['rehearsal', { QUEUED: 0, RUNNING: 0, SCORED: 0, FAILED: 1, CANCELLED: 0 }],
  ]);
  expect(triage.map(({ code, side, count, teamCount }) => [code, side, count, teamCount])).toEqual([
    ['TIME_LIMIT', 'team', 2, 2],
    ['DISK_FULL', 'platform', 1, 1],
    ['NO_OUTPUT', 'team', 1, 1],
  ]);
  expect(platformFailures).toBe(0);
});

test('submissions are found by team, algorithm, and the start or the end of their ID', async () => {
  const { scene, organizer } = await newChallenge();
  const deep = await submission(scene, { team: 'Deep Water 50%', algorithm: 'U-Net 2' });
  const other = await submission(scene, { team: 'Harbor', algorithm: 'deep_1' });
  const read = async (q: string) => idsOf(await submissionsOf(scene, organizer, { q }));
  expect(await read('DEEP')).toEqual([other, deep]);
  expect(await read('u-net')).toEqual([deep]);
  expect(await read(deep.slice(-8))).toEqual([deep]);
  expect(await read(other.slice(0, 34))).toEqual([other]);
  expect(await read(other.toUpperCase())).toEqual([other]);
  // Wildcards of SQL are ordinary characters.
  expect(await read('50%')).toEqual([deep]);
  expect(await read('p_1')).toEqual([other]);
  expect(await read('e_p')).toEqual([]);
  expect(await read("'; DROP TABLE")).toEqual([]);
});

test('triage names the most affected teams of a code, and how many there are', async () => {
  const { scene, organizer } = await newChallenge();
  for (const team of ['B', 'A', 'E', 'D', 'C']) {
    await submission(scene, { state: 'FAILED', code: 'SHAPE', team });
  }
  const again = await submission(scene, { state: 'FAILED', code: 'SHAPE' });
  const { teamId } = await here.database.owner.submission.findFirstOrThrow({
    where: { phaseId: scene.phaseId, team: { name: 'E' } },
  });
  await here.database.owner.submission.update({ where: { id: again }, data: { teamId } });
  const { triage } = await organizerView(here.site, scene.challengeSlug, organizer);
  expect(triage).toMatchObject([{ code: 'SHAPE', count: 6, teamCount: 5, teams: ['E', 'A', 'B'] }]);
});

test('the queue is read in pages, whole or of one phase', async () => {
  const { scene, organizer } = await newChallenge();
  const rehearsal = await newPhase(scene);
  const queue = await here.site.queue();
  const ids: string[] = [];
  for (const of of [scene, rehearsal, scene, scene]) {
    const id = await of.evaluation();
    await here.database.site.$transaction((tx) => sendEvaluation(queue, tx, id));
    ids.push(id);
  }
  const read = (query: Given) =>
    queueView(here.site, scene.challengeSlug, organizer, { ...queueQuerySchema.parse({}), ...query });
  const evaluationsOf = (view: Awaited<ReturnType<typeof read>>) =>
    view.queue.map((entry) => entry.evaluationId);
  const first = await read({ limit: 3 });
  expect(evaluationsOf(first)).toEqual(ids.slice(0, 3));
  const second = await read({ limit: 3, after: first.next! });
  expect(second).toMatchObject({ queue: [{ evaluationId: ids[3], place: 4 }], next: null, previous: '' });
  const ofPhase = await read({ phase: 'rehearsal' });
  expect(ofPhase.queue).toMatchObject([{ evaluationId: ids[1], place: 2, phaseTitle: 'Rehearsal' }]);
  expect(ofPhase.queueLength).toBe(4);
  expect(ofPhase.counts.map(({ states }) => states.QUEUED)).toEqual([3, 1]);
});

test('the audit trail is read in pages, filtered by action, and searched by person and by what was done', async () => {
  const { scene, organizer } = await newChallenge();
  const { owner } = here.database;
  const { challengeId } = scene;
  const ids: string[] = [];
  const add = async (actor: string, action: string, detail: object) => {
    ids.unshift((await owner.auditEvent.create({ data: { actor, action, challengeId, detail } })).id);
  };
  await add('Ada', 'submission.create', { team: 'deep-water' });
  await add('Grace', 'submission.cancel', { team: 'deep-water' });
  await add('Grace', 'team.register', { team: 'harbor' });
  const read = async (query: object) => {
    const asked = { ...auditQuerySchema.parse({}), ...query };
    const view = await auditView(here.site, scene.challengeSlug, organizer, asked);
    return { ...view, ids: view.audit.map(({ id }) => id) };
  };
  const first = await read({ limit: 2 });
  expect(first.ids).toEqual(ids.slice(0, 2));
  const known = [...ids];
  await add('Ada', 'submission.create', { team: 'late' });
  expect(await read({ limit: 2, after: first.next })).toMatchObject({
    ids: [known[2]],
    next: null,
    previous: ids[0],
  });
  expect((await read({ action: 'submission.cancel' })).ids).toEqual([known[1]]);
  const old = { actor: 'Ada', action: 'team.register', challengeId, detail: {} };
  const { id: may } = await owner.auditEvent.create({
    data: { ...old, at: new Date('2026-05-31T23:59:59Z') },
  });
  const { id: june } = await owner.auditEvent.create({
    data: { ...old, at: new Date('2026-06-01T00:00:00Z') },
  });
  expect((await read({ from: '2026-06-01', to: '2026-06-01' })).ids).toEqual([june]);
  expect((await read({ to: '2026-05-31' })).ids).toEqual([may]);
  expect((await read({ from: '2026-06-02' })).ids).toEqual([ids[0], ...known]);
  expect((await read({ q: 'grace' })).ids).toEqual([known[0], known[1]]);
  expect((await read({ q: 'Deep-Water' })).ids).toEqual([known[1], known[2]]);
  expect((await read({ q: 'team.register' })).ids).toEqual([]);
});

test('an address with a filter or a cursor that makes no sense shows the first page', () => {
  const typed = { phase: '', state: 'LOST', code: '', q: 'x'.repeat(101), after: 'yesterday', limit: '1e9' };
  expect(submissionsQuerySchema.parse(typed)).toMatchObject({ phase: '', code: '', limit: 25 });
  expect(submissionsQuerySchema.parse(typed)).toMatchObject({
    state: undefined,
    q: undefined,
    after: undefined,
  });
});

test('only organizers read the lists of the console', async () => {
  const { scene } = await newChallenge();
  const administrator = await here.newViewer({ isAdmin: true });
  const { organizer: ofAnother } = await newChallenge();
  const { challengeSlug } = scene;
  const lists = [
    (viewer: Viewer | null) =>
      submissionsView(here.site, challengeSlug, viewer, submissionsQuerySchema.parse({})),
    (viewer: Viewer | null) => queueView(here.site, challengeSlug, viewer, queueQuerySchema.parse({})),
    (viewer: Viewer | null) => auditView(here.site, challengeSlug, viewer, auditQuerySchema.parse({})),
  ];
  for (const list of lists) {
    await expect(list(null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    await expect(list(ofAnother)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await list(administrator)).toMatchObject({ challenge: { slug: challengeSlug } });
  }
});
