import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  eventually,
  type HeldBlob,
  holdBlob,
  lockScores,
  openOutputs,
  untilOpened,
} from '#test/support/faults/gates.ts';
import {
  type AfterFailure,
  expectNothingLost,
  expectNothingStays,
} from '#test/support/faults/nothing-lost.ts';
import {
  type EvaluationRow,
  openRunnerScene,
  perCase,
  type RunnerScene,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';

const CASES = 3;
let database: TestDatabase;
let scene: RunnerScene;
const engine = openEngine();
beforeAll(async () => {
  database = await openTestDatabase();
  // All cases at once, on two processors.
  scene = await openRunnerScene(database, { caseCount: CASES, limits: { cpus: 0.5 } });
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await database.close();
});

const store = () => path.join(scene.folder, 'store');
const home = () => path.join(scene.folder, 'runners', 'one');

/** The archive of an evaluation's image, held. */
async function holdArchive(evaluationId: string): Promise<HeldBlob> {
  const { submission } = await database.owner.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
    include: { submission: { include: { image: true } } },
  });
  return holdBlob(store(), submission.image.sha256);
}

async function holdTruths(): Promise<HeldBlob[]> {
  const cases = await database.owner.testCase.findMany({ where: { testSet: { phases: { some: {} } } } });
  return Promise.all(cases.map(({ truthBlob }) => holdBlob(store(), truthBlob)));
}

/** Kills the runner, lets go of what held it, and lets its next process bring the evaluation to its end. */
async function killAndGoOn(
  evaluationId: string,
  letGo: () => Promise<void>,
  found: Pick<AfterFailure, 'requeues' | 'told'> = { requeues: 1, told: 'LEASE_EXPIRED' },
): Promise<EvaluationRow> {
  await running.end('SIGKILL');
  const before = await scene.until(evaluationId, () => true);
  expect(before.state).toBe('RUNNING');
  await letGo();
  const begun = new Date();
  const next = scene.start();
  const outputs = openOutputs(home());
  const after = await scene.until(evaluationId, ({ state }) => state === 'SCORED');
  outputs.stop();
  expectNothingLost({ before, after, caseCount: CASES, ...found });
  // It has swept before it says that it is there.
  await scene.untilReady(begun);
  await next.end('SIGTERM');
  await expectNothingStays(evaluationId, scene.folder);
  return before;
}
let running: ReturnType<RunnerScene['start']>;

describe('a runner that is killed with SIGKILL loses nothing', () => {
  test('when it has claimed and not yet read a byte of the image', async () => {
    const id = await scene.submit(WRITE_MASK);
    const archive = await holdArchive(id);
    running = scene.start();
    await scene.until(id, ({ state }) => state === 'RUNNING');
    const before = await killAndGoOn(id, () => archive.release());
    expect(before).toMatchObject({ imageReadyAt: null, caseScores: [] });
  });

  test('in the middle of an image', async () => {
    const id = await scene.submit(`true; ${WRITE_MASK}`);
    const archive = await holdArchive(id);
    running = scene.start();
    await archive.opened();
    await archive.give(300_000);
    const disk = path.join(home(), 'scratch', 'disk');
    await eventually('a spooled image', async () => (await readdir(disk)).length > 0);
    const before = await killAndGoOn(id, () => archive.release());
    expect(before).toMatchObject({ imageReadyAt: null, caseScores: [] });
    expect(await readdir(disk)).toEqual([]);
  });

  test('while the containers of the first cases run', async () => {
    const id = await scene.submit(untilOpened(WRITE_MASK));
    running = scene.start();
    await eventually('a container that runs', async () =>
      (await engine.listContainers(`heldout.evaluation=${id}`)).some(({ running: runs }) => runs),
    );
    await scene.until(id, ({ runningCases }) => runningCases > 0);
    const before = await killAndGoOn(id, async () => undefined);
    expect(before.caseScores).toEqual([]);
  });

  test('between two cases, with one recorded and the next about to be scored', async () => {
    const waits = untilOpened(WRITE_MASK);
    const id = await scene.submit(perCase(WRITE_MASK, waits, waits));
    running = scene.start();
    await scene.until(id, ({ caseScores }) => caseScores.length === 1);
    const truths = await holdTruths();
    const outputs = openOutputs(home());
    await Promise.any(truths.map((truth) => truth.opened()));
    outputs.stop();
    const before = await killAndGoOn(id, async () => {
      for (const truth of truths) await truth.release();
    });
    expect(before.caseScores).toHaveLength(1);
  });

  test('with all cases recorded, at the moment of SCORED', async () => {
    const id = await scene.submit(WRITE_MASK);
    const scores = await lockScores(database.owner);
    running = scene.start();
    await scores.waited();
    // The end is one statement: PostgreSQL has it and carries it out, though nobody waits for its answer any more.
    const before = await killAndGoOn(id, () => scores.release(), { requeues: 0, told: null });
    expect(before.caseScores).toHaveLength(CASES);
    expect(before.scores).toEqual([]);
  });
});
