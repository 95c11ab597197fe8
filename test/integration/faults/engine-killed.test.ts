import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, releaseContainers, waitForRelease } from '#test/support/faults/gates.ts';
import { expectNothingLeftBehind, expectNothingLost } from '#test/support/faults/nothing-lost.ts';
import { openPrivateEngine, type PrivateEngine } from '#test/support/private-engine.ts';
import { openRunnerScene, perCase, type RunnerScene, WRITE_MASK } from '#test/support/runner-scene.ts';

const CASES = 3;
/** The network of the host's shared engine. */
const BRIDGE = '/sys/class/net/docker0';
let host: PrivateEngine;
let hadBridge: boolean;
let database: TestDatabase;
let scene: RunnerScene;
beforeAll(async () => {
  hadBridge = existsSync(BRIDGE);
  host = await openPrivateEngine();
  database = await openTestDatabase();
  // All cases run at once on two processors.
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
  test('while a container runs: the runner waits, removes surviving containers and continues', async () => {
    const runner = start();
    const waits = waitForRelease(WRITE_MASK);
    const id = await scene.submit(perCase(WRITE_MASK, waits, waits));
    await scene.until(id, ({ caseScores }) => caseScores.length === 1);
    // The runner makes no further requests now, so it can notice the kill only from its pending waits.
    await eventually('the other cases’ containers', async () => {
      return (await containers(id)).filter(({ running }) => running).length === CASES - 1;
    });
    const survivors = (await containers(id)).map(({ name }) => name);
    await host.kill();
    const before = await scene.until(id, ({ state }) => state === 'QUEUED');
    expect(before).toMatchObject({ requeues: 1, platformCode: 'ENGINE_LOST', runningCases: 0 });
    // The runner reports the problem to organizers, and claims nothing while it lasts.
    const meanwhile = await scene.submit(`true; ${WRITE_MASK}`);
    await eventually('a degraded runner', async () =>
      JSON.stringify((await database.owner.runner.findFirstOrThrow()).health).includes('does not answer'),
    );
    await host.start();
    // Containers that the killed engine couldn't remove are removed once an engine runs again.
    await eventually('removal of the earlier containers', async () => {
      const names = (await containers(id)).map(({ name }) => name);
      return names.every((name) => !survivors.includes(name));
    });
    const outputs = releaseContainers(home());
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    const other = await scene.until(meanwhile, ({ state }) => state === 'SCORED');
    outputs.stop();
    expectNothingLost({ before, after, caseCount: CASES, requeues: 1, platformCode: 'ENGINE_LOST' });
    // The evaluation that was queued meanwhile has only waited.
    expectNothingLost({ before: null, after: other, caseCount: CASES, requeues: 0, platformCode: null });
    expect(await containers(id)).toEqual([]);
    expect(await runner.end('SIGTERM')).toBe(0);
    await expectNothingLeftBehind(id, scene.folder, host.engine);
  });

  test('the shared engine of the host keeps its network', () => {
    expect(existsSync(BRIDGE)).toBe(hadBridge);
  });
});
