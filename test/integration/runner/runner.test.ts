import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readVolumes } from '#lib/site/figures/recorded-scores.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import {
  EXPECTED_DICE,
  openRunnerScene,
  type RunnerScene,
  shareKey,
  WRITE_MASK,
} from '#test/support/runner-scene.ts';

const CASES = 6;
let database: TestDatabase;
let scene: RunnerScene;
const engine = openEngine();

beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openRunnerScene(database, { caseCount: CASES });
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await database.close();
});

/** Containers of the evaluation, including ended ones. */
async function containersOf(evaluationId: string): Promise<string[]> {
  return (await engine.listContainers(`heldout.evaluation=${evaluationId}`)).map(({ name }) => name);
}

describe('an evaluation', () => {
  it('runs every case once with exact scores, and leaves no container and no key in the log', async () => {
    const runner = scene.start();
    const printed: Buffer[] = [];
    runner.child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk));
    const id = await scene.submit(WRITE_MASK);
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(row.caseScores).toHaveLength(CASES);
    for (const each of row.caseScores) expect(each.metrics).toMatchObject({ dice: EXPECTED_DICE });
    // 20 extra voxels of 1 mm³ are 0.02 ml.
    const means = Object.fromEntries(row.scores.map(({ metric, mean }) => [metric, mean]));
    expect(means).toEqual({ dice: EXPECTED_DICE, volume_difference: 0.02 });
    expect(await containersOf(id)).toEqual([]);
    await runner.end('SIGTERM');
    const identity = await readFile(path.join(scene.folder, 'runners', 'one', 'identity.age'), 'utf8');
    const secret = identity.split('\n').find((line) => line.startsWith('AGE-SECRET-KEY-')) as string;
    expect(Buffer.concat(printed).includes(secret)).toBe(false);
    expect(mountsBelow(scene.folder)).toEqual([]);
  });

  it('keeps container logs, unless the phase says otherwise', async () => {
    const runner = scene.start();
    const logsOf = async (keepsLogs: boolean) => {
      await database.owner.phase.update({ where: { id: scene.phaseId }, data: { keepsLogs } });
      const id = await scene.submit('echo a voxel; exit 3');
      const { caseScores } = await scene.until(id, ({ state }) => state === 'SCORED');
      return caseScores.map(({ code, log }) => [code, log]);
    };
    expect(await logsOf(false)).toEqual(Array(CASES).fill(['EXIT_NONZERO', null]));
    expect(await logsOf(true)).toEqual(Array(CASES).fill(['EXIT_NONZERO', 'a voxel\n']));
    await runner.end('SIGTERM');
  });

  it('scores a failed case with the declared worst value and continues with the others', async () => {
    const runner = scene.start();
    await database.owner.phase.update({ where: { id: scene.phaseId }, data: { recordsVolumes: true } });
    // /input doesn't identify the case, so one of six is recognized by its scan, which contains only 100,
    // 101, ….
    const id = await scene.submit(
      `gunzip -c /input/images/t1-brain-mri/*.nii.gz | tail -c 2 | grep -q e && exit 3; ${WRITE_MASK}`,
    );
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    const failed = row.caseScores.filter(({ status }) => status === 'FAILED');
    expect(failed.map(({ code, exitCode }) => [code, exitCode])).toEqual([['EXIT_NONZERO', 3]]);
    const dice = row.scores.find(({ metric }) => metric === 'dice');
    // Five cases of 0.8 and one of 0.
    expect(dice).toMatchObject({ failed: 1, n: CASES });
    expect(dice?.mean).toBeCloseTo((5 * EXPECTED_DICE) / 6, 9);
    // Voxels of 1 mm³; a failed case has no volumes.
    const held = Array<boolean>(CASES).fill(false);
    const [volumes] = await readVolumes(database.owner, [row.submissionId], held);
    expect(volumes!.map(({ caseIndex }) => caseIndex).toSorted()).toEqual(
      row.caseScores
        .filter(({ status }) => status === 'SCORED')
        .map(({ caseIndex }) => caseIndex)
        .toSorted(),
    );
    for (const { predictedMl, trueMl } of volumes!) {
      expect(predictedMl).toBeCloseTo(0.06, 9);
      expect(trueMl).toBeCloseTo(0.04, 9);
    }
    await database.owner.phase.update({ where: { id: scene.phaseId }, data: { recordsVolumes: false } });
    await runner.end('SIGTERM');
  });

  it('fails as a whole with IMAGE_INVALID if the archive isn’t an image', async () => {
    const runner = scene.start();
    const id = await scene.submit('', { archive: Buffer.alloc(10_240, 'no tar') });
    const row = await scene.until(id, ({ state }) => state === 'FAILED');
    expect(row).toMatchObject({ code: 'IMAGE_INVALID', caseScores: [] });
    await runner.end('SIGTERM');
  });

  it('fails as a whole if the entry point can’t be started', async () => {
    const runner = scene.start();
    const { buildShellImage } = await import('#test/support/images/busybox.ts');
    const file = path.join(scene.folder, 'broken.tar');
    await buildShellImage(file, { entrypoint: ['/no/such/program'] });
    const id = await scene.submit('', { archive: await readFile(file) });
    const row = await scene.until(id, ({ state }) => state === 'FAILED');
    expect(row).toMatchObject({ code: 'START_FAILED', caseScores: [] });
    await runner.end('SIGTERM');
  });

  it('reports a container that kills itself as a submission error only after a second try', async () => {
    const runner = scene.start();
    const id = await scene.submit('kill -9 $$');
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(new Set(row.caseScores.map(({ code }) => code))).toEqual(new Set(['EXIT_NONZERO']));
    await runner.end('SIGTERM');
  });
});

describe('a killed runner', () => {
  it('continues at its next start: no recorded case runs again, and no container is left', async () => {
    const first = scene.start();
    const id = await scene.submit(`sleep 0.5; ${WRITE_MASK}`);
    const before = await scene.until(id, ({ caseScores }) => caseScores.length >= 2);
    await first.end('SIGKILL');
    const scoredBefore = await scene.until(id, () => true);
    const second = scene.start();
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(before.caseScores.length).toBeLessThan(CASES);
    expect(row.caseScores).toHaveLength(CASES);
    // Cases recorded before the kill are unchanged, including their time.
    for (const kept of scoredBefore.caseScores) {
      expect(row.caseScores.find(({ caseIndex }) => caseIndex === kept.caseIndex)).toEqual(kept);
    }
    expect(await containersOf(id)).toEqual([]);
    await second.end('SIGTERM');
    expect(mountsBelow(scene.folder)).toEqual([]);
  });
});

describe('a drained runner', () => {
  it('hands back its evaluation at once, and another runner continues', async () => {
    await shareKey(scene, 'two');
    const first = scene.start('one');
    const id = await scene.submit(`sleep 0.5; ${WRITE_MASK}`);
    await scene.until(id, ({ caseScores }) => caseScores.length >= 1);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(await containersOf(id)).toEqual([]);
    const { health } = await database.owner.runner.findFirstOrThrow({ orderBy: { startedAt: 'desc' } });
    expect(health).toMatchObject({ drainedAt: expect.stringMatching(/Z$/) });
    expect(await scene.until(id, () => true)).toMatchObject({
      state: 'QUEUED',
      requeues: 0,
      platformCode: 'RUNNER_STOPPED',
    });
    const second = scene.start('two');
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(row.runner?.name).toMatch(/-two$/);
    await second.end('SIGTERM');
  });
});

describe('a cancelled evaluation', () => {
  it('stops its containers and records nothing more', async () => {
    const runner = scene.start();
    const id = await scene.submit('sleep 300');
    await scene.until(id, ({ runningCases }) => runningCases > 0);
    await database.owner.$transaction(async (tx) => {
      await tx.evaluation.update({ where: { id }, data: { state: 'CANCELLED' } });
      await tx.$executeRaw`SELECT pg_notify('evaluation_changed', ${id})`;
    });
    const until = performance.now() + 10_000;
    while ((await containersOf(id)).length > 0 && performance.now() < until)
      await new Promise((wake) => setTimeout(wake, 50));
    expect(await containersOf(id)).toEqual([]);
    expect((await scene.until(id, () => true)).caseScores).toEqual([]);
    await runner.end('SIGTERM');
  });
});
