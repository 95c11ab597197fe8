import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { queueQuerySchema } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { recordHeartbeat } from '#lib/evaluations/register-runner.ts';
import { EVALUATIONS } from '#lib/platform/queue/names.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { drainRunner } from '#lib/site/console/queue/drain-runner.ts';
import { holdEvaluations, releaseHold } from '#lib/site/console/queue/hold-evaluations.ts';
import { queueView } from '#lib/site/console/queue-view.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** What organizers do to the queue and to runners: hold, release, drain; and when evaluations will start. */
let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());
beforeEach(async () => {
  const { owner } = here.database;
  await owner.$executeRaw`DELETE FROM pgboss.job`;
  await owner.challenge.deleteMany();
  await owner.runner.deleteMany();
  scene = await newScene(owner);
  organizer = await organizerOf(scene);
});

async function organizerOf({ challengeId }: Scene): Promise<Viewer> {
  const viewer = await here.newViewer();
  const data = { challengeId, userId: viewer.userId, role: 'EDITOR' as const };
  await here.database.owner.organizer.create({ data });
  return viewer;
}

/** Queues an evaluation of a new team. */
async function queued(of = scene) {
  const queue = await here.site.queue();
  const id = await of.evaluation();
  await here.site.db.$transaction((tx) => sendEvaluation(queue, tx, id));
  const include = { submission: { include: { team: true } } };
  const { submission } = await here.database.owner.evaluation.findUniqueOrThrow({ where: { id }, include });
  return { id, submissionId: submission.id, team: submission.team };
}

/** What runners get now; each is delivered once. */
async function delivered(): Promise<string[]> {
  const queue = await here.site.queue();
  const jobs = await queue.fetch<{ evaluationId: string }>(EVALUATIONS, { batchSize: 50 });
  return jobs.map(({ data }) => data.evaluationId).sort();
}

const hold = (kind: string, name: string, viewer: Viewer | null = organizer) =>
  holdEvaluations(here.site, scene.challengeSlug, { kind, name, reason: 'The scorer is wrong.' }, viewer);
const view = () => queueView(here.site, scene.challengeSlug, organizer, queueQuerySchema.parse({}));
const release = (id: string) => releaseHold(here.site, scene.challengeSlug, id, organizer);

test('a held phase starts nothing, also not what is submitted later, until it is released', async () => {
  const other = await queued(await newScene(here.database.owner));
  const before = await queued();
  await hold('phase', 'test');
  await hold('phase', 'test');
  const after = await queued();
  expect(await delivered()).toEqual([other.id]);
  const { queue, holds } = await view();
  expect(queue.map(({ held }) => held)).toEqual([true, true]);
  expect(holds).toMatchObject([{ phaseTitle: 'Hidden test', team: null, reason: 'The scorer is wrong.' }]);

  const { waiting } = await organizerView(here.site, scene.challengeSlug, organizer);
  expect(waiting).toMatchObject({ holds: 1, heldEvaluations: 2, registrations: 0 });

  await release(holds[0]!.id);
  await release(holds[0]!.id);
  expect(await delivered()).toEqual([before.id, after.id].sort());
  const { challengeId } = scene;
  const events = await here.database.owner.auditEvent.findMany({
    where: { challengeId },
    orderBy: { id: 'asc' },
  });
  expect(events.map(({ action, before: was, after: is }) => [action, was, is])).toEqual([
    ['queue.hold', { held: false }, { held: true }],
    ['queue.release', { held: true }, { held: false }],
  ]);
});

test('a hold of a team or of one submission leaves the others alone, and holds add up', async () => {
  const [first, second, third] = [await queued(), await queued(), await queued()];
  await hold('team', first.team.slug);
  await hold('submission', first.submissionId);
  await hold('submission', second.submissionId);
  expect(await delivered()).toEqual([third.id]);
  const { holds } = await view();
  expect(holds.map(({ team, submission }) => team?.slug ?? submission?.id)).toEqual([
    second.submissionId,
    first.submissionId,
    first.team.slug,
  ]);
  await release(holds[2]!.id);
  expect(await delivered()).toEqual([]);
  await release(holds[1]!.id);
  expect(await delivered()).toEqual([first.id]);
});

test('what isn’t there can’t be held, and nobody else’s', async () => {
  const elsewhere = await newScene(here.database.owner);
  const { submissionId, team } = await queued(elsewhere);
  for (const [kind, name] of [
    ['phase', 'validation'],
    ['team', team.slug],
    ['submission', submissionId],
    ['submission', randomUUID()],
    ['submission', 'x'],
  ] as const) {
    await expect(hold(kind, name)).rejects.toMatchObject({
      code: 'INVALID',
      fields: { name: expect.any(String) },
    });
  }
  await expect(hold('phase', 'test', await organizerOf(elsewhere))).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await here.database.owner.hold.count()).toBe(0);
});

const HOST = { cpus: 4, memoryMib: 8192, gvisorRuntime: null, contracts: ['EXEC'] };
const WELL = {
  status: 'ok' as const,
  problems: [],
  running: 0,
  freeDiskBytes: 5e9,
  drainedAt: null,
  unsupported: [],
};

async function newRunner() {
  const { recipient } = await here.database.owner.testSet.findUniqueOrThrow({
    where: { id: scene.testSetId },
  });
  const data = { name: unique('runner'), recipient, host: HOST, health: WELL };
  return here.database.owner.runner.create({ data });
}

test('a runner reads with its report that it is drained, and its row keeps it over a restart', async () => {
  const runner = await newRunner();
  const drain = (on: boolean) =>
    drainRunner(here.site, scene.challengeSlug, { runner: runner.id, drain: on }, organizer);
  expect(await recordHeartbeat(here.database.runner, runner.id, WELL)).toBeNull();
  await drain(true);
  await drain(true);
  expect(await recordHeartbeat(here.database.runner, runner.id, WELL)).toBeInstanceOf(Date);
  await drain(false);
  expect(await recordHeartbeat(here.database.runner, runner.id, WELL)).toBeNull();
  const where = { challengeId: scene.challengeId, action: { startsWith: 'runner.' } };
  expect(await here.database.owner.auditEvent.count({ where })).toBe(2);
});

test('a runner that serves other challenges is drained by administrators alone', async () => {
  const runner = await newRunner();
  // Its test set is sealed to the same key.
  await newScene(here.database.owner);
  const drain = (viewer: Viewer) =>
    drainRunner(here.site, scene.challengeSlug, { runner: runner.id, drain: true }, viewer);
  await expect(drain(organizer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await drain(await here.newViewer({ isAdmin: true }));
  expect(await here.database.owner.runner.findFirst()).toMatchObject({ drainRequestedAt: expect.any(Date) });
});

test('expected starts come from the durations of the phase, and only from runners that take work', async () => {
  const now = new Date('2026-03-01T10:00:00Z');
  here.setNow(now);
  try {
    const { owner } = here.database;
    for (const seconds of [60, 60, 120]) {
      const startedAt = new Date(now.getTime() - 3_600_000);
      const finishedAt = new Date(startedAt.getTime() + seconds * 1000);
      const data = { state: 'SCORED' as const, startedAt, finishedAt };
      await owner.evaluation.update({ where: { id: await scene.evaluation() }, data });
    }
    await queued();
    await queued();
    expect((await view()).queue.map(({ starts }) => starts)).toEqual([null, null]);
    const { id } = await newRunner();
    await owner.runner.update({ where: { id }, data: { lastSeenAt: now } });
    const { queue } = await view();
    expect(queue[0]!.starts).toEqual({ earliest: now.toISOString(), latest: now.toISOString() });
    // The tenth and the ninetieth percentile of 60, 60 and 120 s.
    expect(queue[1]!.starts).toEqual({
      earliest: '2026-03-01T10:01:00.000Z',
      latest: '2026-03-01T10:01:48.000Z',
    });
    await owner.runner.update({ where: { id }, data: { drainRequestedAt: now } });
    expect((await view()).queue.map(({ starts }) => starts)).toEqual([null, null]);
  } finally {
    here.setNow(null);
  }
});
