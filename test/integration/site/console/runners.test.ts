import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { runnerCapabilitiesSchema } from '#lib/domain/runners/capabilities.ts';
import { findUnsupportedPhases } from '#lib/evaluations/find-unsupported-phases.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { readWaitReason } from '#lib/site/console/runners-view.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** What organizers see of the queue and of the runners, which also serve other challenges. */
let here: TestSite;
let scene: Scene;
let organizer: Viewer;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());
beforeEach(async () => {
  const { owner } = here.database;
  await owner.challenge.deleteMany();
  await owner.runner.deleteMany();
  scene = await newScene(owner);
  organizer = await here.newViewer();
  await owner.organizer.create({
    data: { challengeId: scene.challengeId, userId: organizer.userId, role: 'OWNER' },
  });
});

const view = (): Promise<OrganizerView> => organizerView(here.site, scene.challengeSlug, organizer);

const HOST = {
  cpus: 4,
  memoryMib: 8192,
  gvisorRuntime: null,
  contracts: ['EXEC'],
  engine: { version: '20.10.24', securityOptions: ['name=seccomp,profile=default', 'name=apparmor'] },
};
const WELL = { status: 'ok', problems: [], running: 0, freeDiskBytes: 5e9 };

async function newRunner(
  over: { host?: object; health?: object; recipient?: string; lastSeenAt?: Date } = {},
) {
  const testSet = await here.database.owner.testSet.findUniqueOrThrow({ where: { id: scene.testSetId } });
  const { recipient = testSet.recipient, host = HOST, health = WELL, ...rest } = over;
  const data = { name: unique('runner'), recipient, host, health, ...rest };
  return here.database.owner.runner.create({ data });
}

test('a runner shows its capabilities and health, unless its report can’t be parsed', async () => {
  const problems = ['The container engine does not answer.'];
  const first = await newRunner({ health: { ...WELL, status: 'degraded', problems } });
  const second = await newRunner({ host: { cpus: 'many' }, health: {} });
  const { runners } = await view();
  expect(runners.find(({ id }) => id === first.id)).toMatchObject({
    silent: false,
    host: { cpus: 4, contracts: ['EXEC'], engineVersion: '20.10.24', layers: ['seccomp', 'AppArmor'] },
    health: { status: 'degraded', problems, drainedAt: null },
    evaluation: null,
  });
  expect(runners.find(({ id }) => id === second.id)).toMatchObject({ host: null, health: null });
});

test('a runner that has missed three reports is silent, and the console says when its evaluation goes on', async () => {
  const now = new Date();
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  here.setNow(now);
  const quick = await newRunner({ lastSeenAt: ago(29) });
  const silent = await newRunner({ lastSeenAt: ago(31) });
  const leaseExpiresAt = ago(-20);
  await here.database.owner.evaluation.update({
    where: { id: await scene.evaluation() },
    data: { state: 'RUNNING', runnerId: silent.id, leaseExpiresAt },
  });
  const shown = await view();
  here.setNow(null);
  const runnerOf = new Map(shown.runners.map((runner) => [runner.id, runner]));
  expect(runnerOf.get(quick.id)).toMatchObject({ silent: false, evaluation: null });
  expect(runnerOf.get(silent.id)).toMatchObject({
    silent: true,
    evaluation: { leaseExpiresAt: leaseExpiresAt.toISOString() },
  });
});

test('organizers see the progress of another challenge’s evaluation, but not its team', async () => {
  const other = await newScene(here.database.owner);
  for (const of of [scene, other]) {
    const { id: runnerId } = await newRunner();
    const where = { id: await of.evaluation() };
    await here.database.owner.evaluation.update({
      where,
      data: { state: 'RUNNING', runnerId, runningCases: 2 },
    });
  }
  const { runners } = await view();
  const found = runners.map(({ evaluation }) => evaluation);
  expect(found).toContainEqual(
    expect.objectContaining({ of: expect.objectContaining({ phaseTitle: 'Hidden test' }), running: 2 }),
  );
  expect(found).toContainEqual(expect.objectContaining({ of: null, done: 0, caseCount: 2 }));
});

test('queue places count the evaluations of all challenges, which share the runners', async () => {
  const other = await newScene(here.database.owner);
  const before = await other.evaluation();
  const ours = await scene.evaluation();
  const late = await scene.evaluation();
  const sending = await here.site.queue();
  for (const id of [before, ours, late])
    await here.database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  const { queue, queueLength } = await view();
  expect(queueLength).toBe(3);
  expect(queue.map(({ evaluationId, place }) => [evaluationId, place])).toEqual([
    [ours, 2],
    [late, 3],
  ]);
  expect(JSON.stringify(queue)).not.toContain(before);
});

test('a phase that no runner can serve is listed with what each runner is missing', async () => {
  const { owner } = here.database;
  const runner = await newRunner();
  expect((await view()).unserved).toEqual([]);

  const demand = (data: object) => owner.phase.update({ where: { id: scene.phaseId }, data });
  await demand({ contract: 'INVOKE', requiresGvisor: true });
  const missing = ['the contract invoke', 'gVisor'];
  expect((await view()).unserved).toEqual([
    { phaseSlug: 'test', phaseTitle: 'Hidden test', runners: [{ name: runner.name, missing }] },
  ]);

  // A capable runner with another key can't open the test set.
  const able = { ...HOST, gvisorRuntime: 'runsc', contracts: ['EXEC', 'INVOKE'] };
  const stranger = await newRunner({ host: able, recipient: `age1${'z'.repeat(58)}` });
  const [unserved] = (await view()).unserved;
  expect(unserved!.runners).toContainEqual({ name: stranger.name, missing: ['the key of its test set'] });

  const silent = await newRunner({ host: able, lastSeenAt: new Date(0) });
  expect((await view()).unserved).toHaveLength(1);
  await owner.runner.update({ where: { id: silent.id }, data: { lastSeenAt: new Date() } });
  expect((await view()).unserved).toEqual([]);
});

test('a runner without the GPUs of a phase skips it, and the site shows what is missing', async () => {
  const { owner } = here.database;
  const { recipient } = await owner.testSet.findUniqueOrThrow({ where: { id: scene.testSetId } });
  await owner.phase.update({ where: { id: scene.phaseId }, data: { gpu: { count: 2, model: 'A100' } } });
  const { name } = await newRunner();
  const evaluation = { id: await scene.evaluation() };
  const unsupported = (host: object) =>
    findUnsupportedPhases(here.database.site, { ...runnerCapabilitiesSchema.parse(host), recipient });
  expect(await unsupported(HOST)).toEqual([scene.phaseId]);
  expect((await view()).unserved).toMatchObject([
    { runners: [{ name, missing: ['2 GPUs (A100) (it has 0)'] }] },
  ]);
  expect(await readWaitReason(here.site, evaluation)).toBe('Waits for a runner with 2 GPUs (A100).');

  const gpus = ['GPU-1', 'GPU-2'].map((uuid) => ({ uuid, model: 'NVIDIA A100-SXM4-40GB' }));
  await newRunner({ host: { ...HOST, gpus } });
  expect(await unsupported({ ...HOST, gpus })).toEqual([]);
  expect((await view()).unserved).toEqual([]);
  expect(await readWaitReason(here.site, evaluation)).toBeNull();
});

test('a phase with a setting of a newer version is left to other runners', async () => {
  const { owner } = here.database;
  const { recipient } = await owner.testSet.findUniqueOrThrow({ where: { id: scene.testSetId } });
  const runner = { ...runnerCapabilitiesSchema.parse(HOST), recipient };
  await scene.evaluation();
  expect(await findUnsupportedPhases(here.database.site, runner)).toEqual([]);
  const metrics = [{ name: 'of_a_newer_version', weight: 1 }];
  await owner.phase.update({ where: { id: scene.phaseId }, data: { metrics } });
  expect(await findUnsupportedPhases(here.database.site, runner)).toEqual([scene.phaseId]);
});

test('a phase whose output exceeds the disk is skipped by the runner, and the site shows the same reason', async () => {
  const { owner } = here.database;
  const { caseCount, recipient } = await owner.testSet.findUniqueOrThrow({ where: { id: scene.testSetId } });
  const limits = { ...DEFAULT_LIMITS, memoryMib: 1024, outputMib: 1024 };
  await owner.phase.update({ where: { id: scene.phaseId }, data: { contract: 'BATCH', limits } });
  const small = { ...HOST, contracts: ['BATCH'], outputDiskMib: caseCount * 1024 - 1 };
  const { name } = await newRunner({ host: small });
  const evaluation = { id: await scene.evaluation() };
  const needs = `${caseCount} GiB of disk for an output`;

  const unsupported = (host: object) =>
    findUnsupportedPhases(here.database.site, { ...runnerCapabilitiesSchema.parse(host), recipient });
  expect(await unsupported(small)).toEqual([scene.phaseId]);
  expect((await view()).unserved).toMatchObject([
    { runners: [{ name, missing: [`${needs} (it has ${caseCount})`] }] },
  ]);
  expect(await readWaitReason(here.site, evaluation)).toBe(`Waits for a runner with ${needs}.`);

  const large = { ...small, outputDiskMib: caseCount * 1024 };
  await newRunner({ host: large });
  expect(await unsupported(large)).toEqual([]);
  expect((await view()).unserved).toEqual([]);
  expect(await readWaitReason(here.site, evaluation)).toBeNull();
});

test('a requirement that a runner reports applies only to that phase and only while it is reported', async () => {
  const { owner } = here.database;
  const needs = 'more than 1.0 GiB of memory for the inputs of a batch';
  const { id, name } = await newRunner({
    health: { ...WELL, unsupported: [{ phaseId: scene.phaseId, needs }] },
  });
  const evaluation = { id: await scene.evaluation() };
  expect((await view()).unserved).toMatchObject([{ runners: [{ name, missing: [needs] }] }]);
  expect(await readWaitReason(here.site, evaluation)).toBe(`Waits for a runner with ${needs}.`);

  const others = { ...WELL, unsupported: [{ phaseId: randomUUID(), needs }] };
  await owner.runner.update({ where: { id }, data: { health: others } });
  expect((await view()).unserved).toEqual([]);
  expect(await readWaitReason(here.site, evaluation)).toBeNull();
});

test('a closed phase, or a site without active runners, doesn’t count as unserved', async () => {
  const { owner } = here.database;
  await newRunner({ lastSeenAt: new Date(0) });
  const where = { id: scene.phaseId };
  await owner.phase.update({ where, data: { requiresGvisor: true } });
  expect((await view()).unserved).toEqual([]);
  await newRunner();
  expect((await view()).unserved).toHaveLength(1);
  await owner.phase.update({ where, data: { closesAt: new Date(Date.now() - 1000) } });
  expect((await view()).unserved).toEqual([]);
});
