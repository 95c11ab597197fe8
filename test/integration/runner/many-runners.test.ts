import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readWaitReason } from '#lib/site/console/runners-view.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, releaseContainers, waitForRelease } from '#test/support/faults/gates.ts';
import { expectNothingLost } from '#test/support/faults/nothing-lost.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { openRunnerScene, type RunnerScene, shareKey, WRITE_MASK } from '#test/support/runner-scene.ts';

const CASES = 2;
let database: TestDatabase;
let scene: RunnerScene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openRunnerScene(database, { caseCount: CASES, limits: { cpus: 2 } });
  for (const name of ['two', 'small']) await shareKey(scene, name);
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene.close();
  await database.close();
});

const waitReason = (id: string) => readWaitReason({ db: database.site, now: () => new Date() }, { id });
const scored = { before: null, caseCount: CASES, requeues: 0, platformCode: null };

describe('runners with the same queue and store on one host', () => {
  test('each run an evaluation of a different team, and each report their health', async () => {
    const begun = new Date();
    for (const name of ['one', 'two']) scene.start(name);
    const ids = [
      await scene.submit(waitForRelease(WRITE_MASK)),
      await scene.submit(waitForRelease(`true; ${WRITE_MASK}`)),
    ];
    const running = await Promise.all(
      ids.map((id) => scene.until(id, ({ runningCases }) => runningCases > 0)),
    );
    expect(new Set(running.map(({ runner }) => runner?.name.split('-').at(-1)))).toEqual(
      new Set(['one', 'two']),
    );
    const reports = await eventually('two reports', async () => {
      const rows = await database.owner.runner.findMany({ where: { startedAt: { gt: begun } } });
      return rows.filter(({ health }) => health !== null).length === 2 && rows;
    });
    for (const { health } of reports)
      expect(health).toMatchObject({ status: 'ok', problems: [], freeDiskBytes: expect.any(Number) });
    const outputs = ['one', 'two'].map((name) => releaseContainers(`${scene.folder}/runners/${name}`));
    for (const id of ids) {
      const after = await scene.until(id, ({ state }) => state === 'SCORED');
      expectNothingLost({ ...scored, after });
    }
    for (const each of outputs) each.stop();
  });
});

test('a runner of another installation with the same name on the same host leaves the containers alone', async () => {
  scene.start('one');
  const id = await scene.submit(waitForRelease(WRITE_MASK));
  await scene.until(id, ({ runningCases }) => runningCases > 0);
  const beside = await openTestDatabase();
  const other = await openRunnerScene(beside, { caseCount: 1 });
  try {
    const begun = new Date();
    const { HELDOUT_RUNNER_NAME } = scene.environment('one');
    other.start('one', { HELDOUT_RUNNER_NAME: String(HELDOUT_RUNNER_NAME) });
    await other.untilReady(begun);
    const outputs = releaseContainers(`${scene.folder}/runners/one`);
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    outputs.stop();
    expectNothingLost({ ...scored, after });
  } finally {
    await other.close();
    await beside.close();
  }
});

describe('an evaluation that a runner can’t run', () => {
  test('waits without a requeue, reports what is missing, and is claimed by the first capable runner', async () => {
    const begun = new Date();
    scene.start('small', { HELDOUT_RUNNER_CPUS: '1' });
    await scene.untilReady(begun);
    await database.owner.runner.updateMany({
      where: { startedAt: { lt: begun } },
      data: { lastSeenAt: new Date(0) },
    });
    const id = await scene.submit(WRITE_MASK);
    expect(await waitReason(id)).toBe('Waits for a runner with 2 CPUs.');
    scene.start('one');
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(after.runner?.name).toMatch(/-one$/);
    expectNothingLost({ ...scored, after });
    expect(await waitReason(id)).toBeNull();
  });

  test('because a batch’s scans don’t fit into its memory is tried once, then left to other runners', async () => {
    await database.owner.phase.update({ where: { id: scene.phaseId }, data: { contract: 'BATCH' } });
    const begun = new Date();
    scene.start('two');
    await scene.untilReady(begun);
    await database.owner.runner.updateMany({
      where: { startedAt: { lt: begun } },
      data: { lastSeenAt: new Date(0) },
    });
    // The runner mounted a quarter of the host's memory. Now it is shrunk to one page.
    execFileSync('mount', ['-o', 'remount,size=4k', `${scene.folder}/runners/two/scratch/memory`]);
    const id = await scene.submit(
      `for scan in /input/sub-*/ses-1/anat/*_T1w.nii.gz; do
         mask=/output\${scan#/input}; mkdir -p $(dirname $mask)
         cp /mask.nii.gz \${mask%_T1w.nii.gz}_label-L_desc-T1lesion_mask.nii.gz
       done`,
    );
    await eventually('the reason', async () => (await waitReason(id))?.includes('more than') && true);
    expect(await waitReason(id)).toBe(
      'Waits for a runner with more than 0.0 GiB of memory for the inputs of a batch.',
    );
    scene.start('one');
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    expect(after.runner?.name).toMatch(/-one$/);
    expectNothingLost({ ...scored, after, requeues: 1, platformCode: 'DISK_FULL' });
    expect(mountsBelow(`${scene.folder}/runners/two`)).toHaveLength(1);
  });
});
