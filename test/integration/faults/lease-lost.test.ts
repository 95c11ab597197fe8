import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, lockScores, openOutputs, untilOpened } from '#test/support/faults/gates.ts';
import { expectNothingLost, expectNothingStays } from '#test/support/faults/nothing-lost.ts';
import {
  openRunnerScene,
  type RunnerProcess,
  type RunnerScene,
  shareKey,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';

/** A runner that is silent for so long loses what it has; a minute outside of tests. */
const LEASE = { HELDOUT_RUNNER_LEASE_SECONDS: '1' };
const CASES = 2;
let database: TestDatabase;
let scene: RunnerScene;
const engine = openEngine();
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openRunnerScene(database, { caseCount: CASES });
  await shareKey(scene, 'two');
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await database.close();
});

const home = (name: string) => path.join(scene.folder, 'runners', name);
const containers = (evaluationId: string) => engine.listContainers(`heldout.evaluation=${evaluationId}`);

/** The process stands still: it renews nothing, and does not know that time passes. */
const standStill = (runner: RunnerProcess) => runner.child.kill('SIGSTOP');
const goOn = (runner: RunnerProcess) => runner.child.kill('SIGCONT');

describe('a lease that expires while its runner still lives: one of the two records', () => {
  test('the one that took over; what the late one started is stopped when it wakes', async () => {
    const one = scene.start('one', LEASE);
    const id = await scene.submit(untilOpened(WRITE_MASK));
    await eventually('a container that runs', async () =>
      (await containers(id)).some(({ running }) => running),
    );
    standStill(one);
    const two = scene.start('two', LEASE);
    await scene.until(id, ({ runner }) => runner?.name.endsWith('-two') === true);
    const outputs = [openOutputs(home('two'))];
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    // What the late one started still runs, and it goes on as if nothing had happened.
    expect((await containers(id)).some(({ running }) => running)).toBe(true);
    goOn(one);
    outputs.push(openOutputs(home('one')));
    await eventually('no container', async () => (await containers(id)).length === 0);
    for (const each of outputs) each.stop();
    expect(await scene.until(id, () => true)).toEqual(after);
    expectNothingLost({ before: null, after, caseCount: CASES, requeues: 1, told: 'LEASE_EXPIRED' });
    expect(await one.end('SIGTERM')).toBe(0);
    expect(await two.end('SIGTERM')).toBe(0);
    await expectNothingStays(id, scene.folder);
  });

  test('the one that took over, also where the late one had sent its SCORED already', async () => {
    const one = scene.start('one', LEASE);
    const scores = await lockScores(database.owner);
    const id = await scene.submit(WRITE_MASK);
    await scores.waited();
    standStill(one);
    const before = await scene.until(id, ({ caseScores }) => caseScores.length === CASES);
    const two = scene.start('two', LEASE);
    await scene.until(id, ({ runner }) => runner?.name.endsWith('-two') === true);
    // The server has its statement, and carries it out now: it finds the lease of another.
    await scores.release();
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    goOn(one);
    expect(await one.end('SIGTERM')).toBe(0);
    expect(after.runner?.name).toMatch(/-two$/);
    expect(await scene.until(id, () => true)).toEqual(after);
    expectNothingLost({ before, after, caseCount: CASES, requeues: 1, told: 'LEASE_EXPIRED' });
    await two.end('SIGTERM');
    await expectNothingStays(id, scene.folder);
  });
});
