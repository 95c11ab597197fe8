import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, holdBlob } from '#test/support/faults/gates.ts';
import { expectNothingLost, expectNothingStays } from '#test/support/faults/nothing-lost.ts';
import { openRunnerScene, type RunnerScene, WRITE_MASK } from '#test/support/runner-scene.ts';

const CASES = 2;
/** A runner keeps 1 GiB free; the disk has a little more. Nothing of it is ever written. */
const DISK_MIB = 1400;
let database: TestDatabase;
let scene: RunnerScene;
let folder: string;
let disk: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-disk-'));
  disk = path.join(folder, 'disk');
  await mkdir(disk);
  const file = path.join(folder, 'image');
  await writeFile(file, '');
  await truncate(file, DISK_MIB * 2 ** 20);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', file]);
  execFileSync('mount', ['-o', 'loop', file, disk]);
  database = await openTestDatabase();
  scene = await openRunnerScene(database, { caseCount: CASES });
  await copyFile(path.join(scene.folder, 'runners', 'one', 'identity.age'), path.join(disk, 'identity.age'));
});
afterEach(() => scene.stopRunners());
afterAll(async () => {
  await scene?.close();
  await database?.close();
  execFileSync('umount', [disk]);
  await rm(folder, { recursive: true, force: true });
});

/** Takes every block that is left: most of them without writing, the last ones by a write that fails. */
function fill(): void {
  const free = execFileSync('stat', ['-f', '-c', '%a %S', disk], { encoding: 'utf8' }).split(' ').map(Number);
  const most = free[0]! * free[1]! - 8 * 2 ** 20;
  const script = `fallocate -l ${most} filler; cat /dev/zero > filler-rest 2>/dev/null || true`;
  execFileSync('sh', ['-c', script], { cwd: disk });
}

describe('the disk of a runner', () => {
  test('is full in the middle of an image: the evaluation waits until there is room, as does what comes', async () => {
    const id = await scene.submit(WRITE_MASK, { queued: false });
    const { submission } = await database.owner.evaluation.findUniqueOrThrow({
      where: { id },
      include: { submission: { include: { image: true } } },
    });
    const archive = await holdBlob(path.join(scene.folder, 'store'), submission.image.sha256);
    await scene.queue(id);
    const runner = scene.start('one', { HELDOUT_RUNNER_HOME: disk });
    await archive.opened();
    await archive.give(300_000);
    fill();
    await archive.release();
    const before = await scene.until(id, ({ state, requeues }) => state === 'QUEUED' && requeues > 0);
    expect(before).toMatchObject({ requeues: 1, platformCode: 'DISK_FULL', caseScores: [] });
    const meanwhile = await scene.submit(`true; ${WRITE_MASK}`);
    await eventually('a runner that is not well', async () =>
      JSON.stringify((await database.owner.runner.findFirstOrThrow()).health).includes('MiB are free'),
    );
    // Nothing was taken, and so nothing was given back, while the disk was full.
    for (const each of [id, meanwhile]) {
      const row = await scene.until(each, () => true);
      expect(row.state).toBe('QUEUED');
      expect(row.requeues).toBe(each === id ? 1 : 0);
    }
    for (const name of ['filler', 'filler-rest']) await rm(path.join(disk, name));
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    expectNothingLost({ before, after, caseCount: CASES, requeues: 1, told: 'DISK_FULL' });
    const other = await scene.until(meanwhile, ({ state }) => state === 'SCORED');
    expectNothingLost({ before: null, after: other, caseCount: CASES, requeues: 0, told: null });
    expect(await runner.end('SIGTERM')).toBe(0);
    await expectNothingStays(id, `${disk}/`);
  });
});
