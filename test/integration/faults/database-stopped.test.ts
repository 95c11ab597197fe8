import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { eventually, holdBlob, releaseContainers, waitForRelease } from '#test/support/faults/gates.ts';
import { expectNothingLeftBehind, expectNothingLost } from '#test/support/faults/nothing-lost.ts';
import { openPrivatePostgres, type PrivatePostgres } from '#test/support/faults/private-postgres.ts';
import { openRunnerScene, type RunnerScene, shareKey, WRITE_MASK } from '#test/support/runner-scene.ts';

/**
 * PostgreSQL is stopped for longer than a lease and longer than the queue's heartbeat. Apart from the ten
 * minutes for which a runner retries a write, the code knows no other durations, so a lease of one second and
 * a heartbeat that is set back simulate an outage of a minute.
 */
const LEASE_SECONDS = 1;
const LEASE = { HELDOUT_RUNNER_LEASE_SECONDS: String(LEASE_SECONDS) };
const CASES = 3;
let postgres: PrivatePostgres;
let scene: RunnerScene;
const engine = openEngine();
beforeAll(async () => {
  postgres = await openPrivatePostgres();
  scene = await openRunnerScene(postgres, { caseCount: CASES });
  await shareKey(scene, 'two');
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene?.close();
  await postgres?.close();
});

/** Stops PostgreSQL until leases from before the outage have expired. */
async function stopPostgres(meanwhile: () => Promise<void>): Promise<void> {
  await postgres.stop();
  const stoppedAt = performance.now();
  await meanwhile();
  await sleep(Math.max(0, LEASE_SECONDS * 1500 - (performance.now() - stoppedAt)));
  await postgres.start();
  await postgres.owner.$executeRaw`
    UPDATE pgboss.job SET heartbeat_on = now() - interval '1 minute' WHERE state = 'active'`;
}

describe('PostgreSQL is stopped and started again', () => {
  test('while containers run: the same runner records their results afterwards', async () => {
    const one = scene.start('one', LEASE);
    const two = scene.start('two', LEASE);
    const id = await scene.submit(waitForRelease(WRITE_MASK));
    // The next case's container is already created, but isn't started while nothing can be recorded.
    const isRunning = async () =>
      (await engine.listContainers(`heldout.evaluation=${id}`)).some(({ running }) => running);
    await eventually('a running container', isRunning);
    const before = await scene.until(id, () => true);
    const outputs = ['one', 'two'].map((name) => releaseContainers(path.join(scene.folder, 'runners', name)));
    await stopPostgres(async () => void (await eventually('its end', async () => !(await isRunning()))));
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    for (const each of outputs) each.stop();
    expect(after.runnerId).toBe(before.runnerId);
    expectNothingLost({ before, after, caseCount: CASES, requeues: 0, platformCode: null });
    expect(await one.end('SIGTERM')).toBe(0);
    expect(await two.end('SIGTERM')).toBe(0);
    await expectNothingLeftBehind(id, scene.folder);
  });

  test('while an image is loaded for the whole outage', async () => {
    const runner = scene.start('one', LEASE);
    const id = await scene.submit(`true; ${WRITE_MASK}`, { queued: false });
    const { submission } = await postgres.owner.evaluation.findUniqueOrThrow({
      where: { id },
      include: { submission: { include: { image: true } } },
    });
    const archive = await holdBlob(path.join(scene.folder, 'store'), submission.image.sha256);
    await scene.queue(id);
    await archive.opened();
    await stopPostgres(() => archive.release());
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    expectNothingLost({ before: null, after, caseCount: CASES, requeues: 0, platformCode: null });
    await runner.end('SIGTERM');
    await expectNothingLeftBehind(id, scene.folder);
  });

  test('while a runner waits for work', async () => {
    const begun = new Date();
    const runner = scene.start('one', LEASE);
    await scene.untilReady(begun);
    await stopPostgres(async () => undefined);
    const id = await scene.submit(WRITE_MASK);
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    expectNothingLost({ before: null, after, caseCount: CASES, requeues: 0, platformCode: null });
    await runner.end('SIGTERM');
    await expectNothingLeftBehind(id, scene.folder);
  });
});
