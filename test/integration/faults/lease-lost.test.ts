import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, lockScores, releaseContainers, waitForRelease } from '#test/support/faults/gates.ts';
import { expectNothingLeftBehind, expectNothingLost } from '#test/support/faults/nothing-lost.ts';
import {
  openRunnerScene,
  type RunnerProcess,
  type RunnerScene,
  shareKey,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';

/** The lease is one minute in production. */
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

/** Suspends the process, which then renews nothing and doesn't notice that time passes. */
const suspend = (runner: RunnerProcess) => runner.child.kill('SIGSTOP');
const resume = (runner: RunnerProcess) => runner.child.kill('SIGCONT');

describe('a lease expires while its runner is suspended', () => {
  test('the runner that took over records, and the late one stops its containers when it resumes', async () => {
    const one = scene.start('one', LEASE);
    const id = await scene.submit(waitForRelease(WRITE_MASK));
    await eventually('a running container', async () =>
      (await containers(id)).some(({ running }) => running),
    );
    suspend(one);
    const two = scene.start('two', LEASE);
    await scene.until(id, ({ runner }) => runner?.name.endsWith('-two') === true);
    const outputs = [releaseContainers(home('two'))];
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    // The late runner's container still runs, and continues as if nothing had happened.
    expect((await containers(id)).some(({ running }) => running)).toBe(true);
    resume(one);
    outputs.push(releaseContainers(home('one')));
    await eventually('removal of all containers', async () => (await containers(id)).length === 0);
    for (const each of outputs) each.stop();
    expect(await scene.until(id, () => true)).toEqual(after);
    expectNothingLost({ before: null, after, caseCount: CASES, requeues: 1, platformCode: 'LEASE_EXPIRED' });
    expect(await one.end('SIGTERM')).toBe(0);
    expect(await two.end('SIGTERM')).toBe(0);
    await expectNothingLeftBehind(id, scene.folder);
  });

  test('the runner that took over records, even if the late one had already sent SCORED', async () => {
    const one = scene.start('one', LEASE);
    const scores = await lockScores(database.owner);
    const id = await scene.submit(WRITE_MASK);
    await scores.untilBlocked();
    suspend(one);
    const before = await scene.until(id, ({ caseScores }) => caseScores.length === CASES);
    const two = scene.start('two', LEASE);
    await scene.until(id, ({ runner }) => runner?.name.endsWith('-two') === true);
    // The server now executes the late runner's statement, and finds another runner's lease.
    await scores.release();
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    resume(one);
    expect(await one.end('SIGTERM')).toBe(0);
    expect(after.runner?.name).toMatch(/-two$/);
    expect(await scene.until(id, () => true)).toEqual(after);
    expectNothingLost({ before, after, caseCount: CASES, requeues: 1, platformCode: 'LEASE_EXPIRED' });
    await two.end('SIGTERM');
    await expectNothingLeftBehind(id, scene.folder);
  });
});
