import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, openOutputs, untilOpened } from '#test/support/faults/gates.ts';
import { expectNothingLost, expectNothingStays } from '#test/support/faults/nothing-lost.ts';
import { openPrivateEngine, type PrivateEngine } from '#test/support/private-engine.ts';
import { openRunnerScene, perCase, type RunnerScene, WRITE_MASK } from '#test/support/runner-scene.ts';

const CASES = 3;
let host: PrivateEngine;
let database: TestDatabase;
let scene: RunnerScene;
beforeAll(async () => {
  host = await openPrivateEngine();
  database = await openTestDatabase();
  // All cases at once, on two processors.
  scene = await openRunnerScene(database, { caseCount: CASES, limits: { cpus: 0.5 } });
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene?.close();
  await database?.close();
  await host?.close();
});

const home = () => path.join(scene.folder, 'runners', 'one');
const start = () => scene.start('one', { DOCKER_HOST: host.address });
const containers = (evaluationId: string) => host.engine.listContainers(`heldout.evaluation=${evaluationId}`);

describe('the engine is killed and started again', () => {
  test('while a container runs: the runner waits, removes what lives on, and goes on', async () => {
    const runner = start();
    const waits = untilOpened(WRITE_MASK);
    const id = await scene.submit(perCase(WRITE_MASK, waits, waits));
    await scene.until(id, ({ caseScores }) => caseScores.length === 1);
    // Nothing is asked of the engine any more: that it is gone is heard from what waits for their end alone.
    await eventually('containers of the others', async () => {
      return (await containers(id)).filter(({ running }) => running).length === CASES - 1;
    });
    const lives = (await containers(id)).map(({ name }) => name);
    await host.kill();
    const before = await scene.until(id, ({ state }) => state === 'QUEUED');
    expect(before).toMatchObject({ requeues: 1, platformCode: 'ENGINE_LOST', runningCases: 0 });
    // Reported, so that an organizer sees it; and nothing is taken while it lasts.
    const meanwhile = await scene.submit(`true; ${WRITE_MASK}`);
    await eventually('a runner that is not well', async () =>
      JSON.stringify((await database.owner.runner.findFirstOrThrow()).health).includes('does not answer'),
    );
    await host.start();
    // What the killed engine could not remove goes as soon as there is an engine.
    await eventually('an end of the containers of before', async () => {
      const names = (await containers(id)).map(({ name }) => name);
      return names.every((name) => !lives.includes(name));
    });
    const outputs = openOutputs(home());
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    const other = await scene.until(meanwhile, ({ state }) => state === 'SCORED');
    outputs.stop();
    expectNothingLost({ before, after, caseCount: CASES, requeues: 1, told: 'ENGINE_LOST' });
    // What came while there was no engine has waited, and that was all.
    expectNothingLost({ before: null, after: other, caseCount: CASES, requeues: 0, told: null });
    expect(await containers(id)).toEqual([]);
    expect(await runner.end('SIGTERM')).toBe(0);
    await expectNothingStays(id, scene.folder, host.engine);
  });
});
