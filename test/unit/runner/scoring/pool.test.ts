import { afterEach, describe, expect, test } from 'vitest';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { truthFacts } from '#runner/scoring/truth-facts.ts';
import { ScoringPool, ScoringWorkerDied } from '#runner/scoring/workers/pool.ts';
import { affineOf, fileOf, picture } from '#test/support/scoring/masks.ts';

const TRUTH = fileOf(picture('##.. #... ....', '.... .#.. ...#'));
const PREDICTION = fileOf(picture('#... ##.. ....', '.... .#.. ....'));
const JOB = { truth: TRUTH, prediction: PREDICTION, connectivity: 6 } as const;

const pools: ScoringPool[] = [];
function poolOf(options: ConstructorParameters<typeof ScoringPool>[0]): ScoringPool {
  const pool = new ScoringPool(options);
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** Two million lesions of one voxel, all detected, which takes seconds to score. */
function greedyJob() {
  const shape = [512, 512, 16] as const;
  const data = Uint8Array.from({ length: 512 * 512 * 16 }, (_, i) => (i ^ (i >> 9) ^ (i >> 18)) & 1);
  const file = encodeNifti({ shape, affine: affineOf([1, 1, 1]), data, gzipLevel: 1 });
  return { truth: file, prediction: file, connectivity: 6 } as const;
}

function threadsOf(pool: ScoringPool): Set<{ worker: { terminate(): Promise<number> } }> {
  return (pool as unknown as { pool: { threads: Set<{ worker: { terminate(): Promise<number> } }> } }).pool
    .threads;
}

describe('scoring in threads', () => {
  test('gives the same results as this thread, for many cases on few threads', async () => {
    const pool = poolOf({ threads: 2 });
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => pool.score(JOB)));
    for (const outcome of outcomes) expect(outcome).toEqual(scoreCase(JOB));
  });

  test('leaves the caller’s buffers usable', async () => {
    const pool = poolOf({ threads: 1 });
    const [truth, prediction] = [new Uint8Array(TRUTH), new Uint8Array(PREDICTION)];
    await pool.score({ ...JOB, truth, prediction });
    expect(truth).toEqual(new Uint8Array(TRUTH));
    expect(prediction).toEqual(new Uint8Array(PREDICTION));
  });

  test('returns a rejection, throws for an invalid truth, and keeps the thread in both cases', async () => {
    const pool = poolOf({ threads: 1 });
    const rejected = await pool.score({ ...JOB, prediction: Buffer.from('no image') });
    expect(rejected).toMatchObject({ status: 'rejected', code: 'UNREADABLE' });
    await expect(pool.score({ ...JOB, truth: Buffer.from('no image') })).rejects.toThrow(/true mask/);
    expect((await pool.score(JOB)).status).toBe('scored');
  });

  test('computes facts and rewrites scans', async () => {
    const pool = poolOf({ threads: 1 });
    expect(await pool.truthFacts(TRUTH)).toEqual(truthFacts(TRUTH));
    const scan = await pool.rewriteImage(TRUTH, 'mha');
    expect(readVolume(scan)).toMatchObject({ format: 'MHA', shape: [4, 3, 2] });
  });
});

describe('a thread that dies', () => {
  test('a job that kills two threads is rejected with ScoringWorkerDied', async () => {
    const pool = poolOf({ threads: 2, memoryLimitMib: 1024 });
    const threads = threadsOf(pool);
    let deaths = 0;
    const killing = pool.score(greedyJob());
    const kill = setInterval(() => {
      for (const { worker } of threads) void worker.terminate().then(() => deaths++);
    }, 5);
    await expect(killing).rejects.toThrow(ScoringWorkerDied);
    clearInterval(kill);
    expect(deaths).toBeGreaterThanOrEqual(2);
    expect((await pool.score(JOB)).status).toBe('scored');
  });

  test('millions of lesions are scored within a small heap', async () => {
    const pool = poolOf({ threads: 1, memoryLimitMib: 128 });
    const outcome = await pool.score(greedyJob());
    expect(outcome).toMatchObject({ status: 'scored', metrics: { lesion_f1: 1, lesion_f1_iou25: 1, hd: 0 } });
  });

  test('a job that kills one thread is retried', async () => {
    const pool = poolOf({ threads: 1 });
    const threads = threadsOf(pool);
    const scored = pool.score(JOB);
    await [...threads][0]!.worker.terminate();
    expect(await scored).toEqual(scoreCase(JOB));
  });
});

describe('stopping', () => {
  test('an aborted job is rejected with the reason, whether it is waiting or running', async () => {
    const pool = poolOf({ threads: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = pool.score(JOB, first.signal);
    const waiting = pool.score(JOB, second.signal);
    const last = pool.score(JOB);
    second.abort(new Error('cancelled while waiting'));
    first.abort(new Error('cancelled while running'));
    await expect(running).rejects.toThrow('cancelled while running');
    await expect(waiting).rejects.toThrow('cancelled while waiting');
    expect((await last).status).toBe('scored');
    await expect(pool.score(JOB, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  test('closing rejects running and later jobs', async () => {
    const pool = poolOf({ threads: 1 });
    const running = expect(pool.score(JOB)).rejects.toThrow('closed');
    const waiting = expect(pool.score(JOB)).rejects.toThrow('closed');
    await pool.close();
    await Promise.all([running, waiting]);
    await expect(pool.score(JOB)).rejects.toThrow('closed');
  });
});
