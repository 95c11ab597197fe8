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
  releaseContainers,
  waitForRelease,
} from '#test/support/faults/gates.ts';
import {
  expectNothingLeftBehind,
  expectNothingLost,
  type Recovery,
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
  // All cases run at once on two processors.
  scene = await openRunnerScene(database, { caseCount: CASES, limits: { cpus: 0.5 } });
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await database.close();
});

const store = () => path.join(scene.folder, 'store');
const home = () => path.join(scene.folder, 'runners', 'one');

/** Blocks the archive of an evaluation's image. */
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

/** Kills the runner, releases what blocked it, and restarts it until the evaluation is scored. */
async function killAndRestart(
  evaluationId: string,
  release: () => Promise<void>,
  expected: Pick<Recovery, 'requeues' | 'platformCode'> = { requeues: 1, platformCode: 'LEASE_EXPIRED' },
): Promise<EvaluationRow> {
  await running.end('SIGKILL');
  const before = await scene.until(evaluationId, () => true);
  expect(before.state).toBe('RUNNING');
  await release();
  const begun = new Date();
  const next = scene.start();
  const outputs = releaseContainers(home());
  const after = await scene.until(evaluationId, ({ state }) => state === 'SCORED');
  outputs.stop();
  expectNothingLost({ before, after, caseCount: CASES, ...expected });
  // The runner removes leftovers before it reports that it is ready.
  await scene.untilReady(begun);
  await next.end('SIGTERM');
  await expectNothingLeftBehind(evaluationId, scene.folder);
  return before;
}
let running: ReturnType<RunnerScene['start']>;

describe('a runner killed with SIGKILL loses nothing', () => {
  test('after claiming, before it reads the image', async () => {
    const id = await scene.submit(WRITE_MASK);
    const archive = await holdArchive(id);
    running = scene.start();
    await scene.until(id, ({ state }) => state === 'RUNNING');
    const before = await killAndRestart(id, () => archive.release());
    expect(before).toMatchObject({ imageReadyAt: null, caseScores: [] });
  });

  test('while it loads the image', async () => {
    const id = await scene.submit(`true; ${WRITE_MASK}`);
    const archive = await holdArchive(id);
    running = scene.start();
    await archive.opened();
    await archive.give(300_000);
    const disk = path.join(home(), 'scratch', 'disk');
    await eventually('a spooled image', async () => (await readdir(disk)).length > 0);
    const before = await killAndRestart(id, () => archive.release());
    expect(before).toMatchObject({ imageReadyAt: null, caseScores: [] });
    expect(await readdir(disk)).toEqual([]);
  });

  test('while the containers of the first cases run', async () => {
    const id = await scene.submit(waitForRelease(WRITE_MASK));
    running = scene.start();
    await eventually('a running container', async () =>
      (await engine.listContainers(`heldout.evaluation=${id}`)).some(({ running: runs }) => runs),
    );
    await scene.until(id, ({ runningCases }) => runningCases > 0);
    const before = await killAndRestart(id, async () => undefined);
    expect(before.caseScores).toEqual([]);
  });

  test('between two cases, with one recorded and the next one about to be scored', async () => {
    const waits = waitForRelease(WRITE_MASK);
    const id = await scene.submit(perCase(WRITE_MASK, waits, waits));
    running = scene.start();
    await scene.until(id, ({ caseScores }) => caseScores.length === 1);
    const truths = await holdTruths();
    const outputs = releaseContainers(home());
    await Promise.any(truths.map((truth) => truth.opened()));
    outputs.stop();
    const before = await killAndRestart(id, async () => {
      for (const truth of truths) await truth.release();
    });
    expect(before.caseScores).toHaveLength(1);
  });

  test('with all cases recorded, while it writes SCORED', async () => {
    const id = await scene.submit(WRITE_MASK);
    const scores = await lockScores(database.owner);
    running = scene.start();
    await scores.untilBlocked();
    // The end is a single statement, which PostgreSQL executes although its client is gone.
    const before = await killAndRestart(id, () => scores.release(), { requeues: 0, platformCode: null });
    expect(before.caseScores).toHaveLength(CASES);
    expect(before.scores).toEqual([]);
  });
});
