import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import { openPrediction, openPredictionStore, sweepPredictions } from '#runner/pipeline/kept-predictions.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import {
  openRunnerScene,
  perCase,
  predictionFiles,
  type RunnerScene,
  WRITE_MAP,
  WRITE_MASK,
  WRITE_NAN_MAP,
} from '#test/support/runner-scene.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { MAP, strokeTask } from '#test/support/stroke-case.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe('a phase that keeps predictions', () => {
  let scene: RunnerScene;
  let predictions: Store;
  let key: RunnerKey;
  beforeAll(async () => {
    const metrics = ['dice', 'pr_auc'].map((metric) => ({ metric, weight: 1 }));
    const phase = { keepsPredictionsDays: 30, task: strokeTask({ maps: true }), metrics };
    scene = await openRunnerScene(database, { caseCount: 4, phase });
    predictions = openPredictionStore(path.join(scene.folder, 'store'));
    key = await loadOrCreateKey(path.join(scene.folder, 'runners', 'one'));
  });
  afterEach(() => scene.stopRunners());
  afterAll(() => scene.close());

  it('seals mask and map unchanged to its own key, including rejected ones, and deletes them when they expire', async () => {
    const first = scene.start();
    const id = await scene.submit(
      perCase(
        `${WRITE_MASK}; ${WRITE_MAP}`,
        WRITE_MASK,
        `${WRITE_MASK}; ${WRITE_NAN_MAP}`,
        `${WRITE_MASK}; exit 3`,
      ),
    );
    const row = await scene.until(id, ({ state }) => state === 'SCORED');
    const { mask, map, nanMap } = predictionFiles();
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const open = async (blob: string | null) => {
      const outputs = blob === null ? null : await openPrediction(predictions, key, blob);
      return [LESIONS, MAP].map((slug) => {
        const bytes = outputs?.[slug]?.bytes;
        return bytes === undefined ? null : hex(bytes);
      });
    };
    const kept = await Promise.all(
      row.caseScores.map(async ({ status, predictionBlob }) => [status, ...(await open(predictionBlob))]),
    );
    expect(kept.sort()).toEqual(
      [
        ['SCORED', hex(mask), hex(map)],
        ['SCORED', hex(mask), null],
        ['REJECTED', hex(mask), hex(nanMap)],
        ['FAILED', null, null],
      ].sort(),
    );
    const files = await filesBelow(path.join(scene.folder, 'store', 'predictions'));
    expect(files).toHaveLength(3);
    for (const file of files) {
      const sealed = await readFile(file);
      expect(sealed.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
      for (const plain of [mask, map, nanMap])
        expect(sealed.includes(Buffer.from(plain.subarray(10, 42)))).toBe(false);
    }
    await first.end('SIGTERM');

    // Now the phase keeps nothing, and the runner sweeps at its start.
    await database.owner.phase.update({ where: { id: scene.phaseId }, data: { keepsPredictionsDays: 0 } });
    scene.start();
    await scene.until(id, ({ caseScores }) =>
      caseScores.every(({ predictionBlob }) => predictionBlob === null),
    );
    await scene.stopRunners();
    expect(await filesBelow(path.join(scene.folder, 'store', 'predictions'))).toEqual([]);

    // New predictions aren't kept.
    scene.start();
    const next = await scene.until(await scene.submit(WRITE_MASK), ({ state }) => state === 'SCORED');
    expect(next.caseScores.map(({ predictionBlob }) => predictionBlob)).toEqual(Array(4).fill(null));
    expect(await filesBelow(path.join(scene.folder, 'store', 'predictions'))).toEqual([]);
  });
});

describe('a sweep', () => {
  let scene: Scene;
  let folder: string;
  let predictions: Store;
  beforeAll(async () => {
    scene = await newScene(database.owner);
    await database.owner.phase.update({ where: { id: scene.phaseId }, data: { keepsPredictionsDays: 10 } });
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-predictions-'));
    predictions = openPredictionStore(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const blob = async ({ daysOld = 0 } = {}): Promise<string> => {
    const { sha256 } = await predictions.put([randomBytes(40)], { maxBytes: 40 });
    const written = new Date(Date.now() - daysOld * 86_400_000);
    await utimes(path.join(folder, 'predictions', sha256.slice(0, 2), sha256), written, written);
    return sha256;
  };
  /** Creates an evaluation with one case that ended this many days ago; null if it is still running. */
  const evaluation = async (daysAgo: number | null, blobs: { predictionBlob: string }) => {
    const id = await scene.evaluation();
    const finishedAt = daysAgo === null ? null : new Date(Date.now() - daysAgo * 86_400_000);
    const caseScores = { create: { caseIndex: 0, status: 'SCORED' as const, metrics: {}, ...blobs } };
    await database.owner.evaluation.update({ where: { id }, data: { finishedAt, caseScores } });
    return id;
  };
  const sweep = () => sweepPredictions(database.runner, predictions);

  it('removes only predictions that have expired', async () => {
    const [expired, kept, running] = [
      await blob({ daysOld: 11 }),
      await blob({ daysOld: 9 }),
      await blob({ daysOld: 40 }),
    ];
    const old = await evaluation(10.1, { predictionBlob: expired });
    const recent = await evaluation(9.9, { predictionBlob: kept });
    await evaluation(null, { predictionBlob: running });
    expect(await sweep()).toBe(1);
    expect(await Promise.all([expired, kept, running].map(predictions.has))).toEqual([false, true, true]);
    const named = async (evaluationId: string) =>
      (await database.owner.caseScore.findFirstOrThrow({ where: { evaluationId } })).predictionBlob;
    expect([await named(old), await named(recent)]).toEqual([null, kept]);
    expect(await sweep()).toBe(0);
  });

  it('removes unreferenced blobs, such as those of a runner that died before recording or removing them', async () => {
    const orphan = await blob({ daysOld: 2 });
    const young = await blob();
    const unfinished = path.join(folder, 'predictions', 'incoming', 'of-a-killed-runner');
    await writeFile(unfinished, 'half');
    const before = new Date(Date.now() - 2 * 86_400_000);
    await utimes(unfinished, before, before);
    expect(await sweep()).toBe(1);
    // The recent one may be about to be recorded.
    expect([await predictions.has(orphan), await predictions.has(young)]).toEqual([false, true]);
    expect(await readdir(path.dirname(unfinished))).toEqual([]);
  });

  it('removes each blob once when several runners sweep at once', async () => {
    const blobs = await Promise.all(Array.from({ length: 6 }, () => blob({ daysOld: 0 })));
    for (const predictionBlob of blobs) await evaluation(20, { predictionBlob });
    const removed = await Promise.all([sweep(), sweep(), sweep()]);
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(6);
    expect((await Promise.all(blobs.map(predictions.has))).some(Boolean)).toBe(false);
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
