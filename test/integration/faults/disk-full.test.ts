import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { eventually, holdBlob } from '#test/support/faults/gates.ts';
import { expectNothingLeftBehind, expectNothingLost } from '#test/support/faults/nothing-lost.ts';
import { openRunnerScene, type RunnerScene, WRITE_MASK } from '#test/support/runner-scene.ts';

const CASES = 2;
/** A runner keeps 1 GiB free. The disk is slightly larger and sparse, so it takes no space. */
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

/** Fills the disk: most of it without writing, and the rest with a write that fails. */
function fill(): void {
  const free = execFileSync('stat', ['-f', '-c', '%a %S', disk], { encoding: 'utf8' }).split(' ').map(Number);
  const bytes = free[0]! * free[1]! - 8 * 2 ** 20;
  const script = `fallocate -l ${bytes} filler; cat /dev/zero > filler-rest 2>/dev/null || true`;
  execFileSync('sh', ['-c', script], { cwd: disk });
}

describe('a full disk of a runner', () => {
  test('during image loading: this evaluation and new ones wait until there is space', async () => {
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
    await eventually('a degraded runner', async () =>
      JSON.stringify((await database.owner.runner.findFirstOrThrow()).health).includes('MiB are free'),
    );
    // While the disk was full, nothing was claimed and therefore nothing was requeued.
    for (const each of [id, meanwhile]) {
      const row = await scene.until(each, () => true);
      expect(row.state).toBe('QUEUED');
      expect(row.requeues).toBe(each === id ? 1 : 0);
    }
    for (const name of ['filler', 'filler-rest']) await rm(path.join(disk, name));
    const after = await scene.until(id, ({ state }) => state === 'SCORED');
    expectNothingLost({ before, after, caseCount: CASES, requeues: 1, platformCode: 'DISK_FULL' });
    const other = await scene.until(meanwhile, ({ state }) => state === 'SCORED');
    expectNothingLost({ before: null, after: other, caseCount: CASES, requeues: 0, platformCode: null });
    expect(await runner.end('SIGTERM')).toBe(0);
    await expectNothingLeftBehind(id, `${disk}/`);
  });
});
