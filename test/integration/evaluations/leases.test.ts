import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeVolumes, encodeVolumes } from '#lib/domain/evaluations/volumes.ts';
import { decodeReplicates, encodeReplicates } from '#lib/domain/ranking/replicates.ts';
import { claimEvaluation, readClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import {
  finishFailed,
  finishScored,
  handBack,
  MAX_REQUEUES,
  requeueAbandoned,
} from '#lib/evaluations/finish-evaluation.ts';
import { type Lease, LeaseLost, renewLease } from '#lib/evaluations/lease.ts';
import { type CaseRecord, recordCase, recordRunning } from '#lib/evaluations/record-progress.ts';
import { registerRunner } from '#lib/evaluations/register-runner.ts';
import { type EvaluationQueue, openQueue } from '#lib/platform/queue/queue.ts';
import type { Logger } from '#runner/log.ts';
import { claimAndEvaluate } from '#runner/pipeline/claim-and-evaluate.ts';
import type { EvaluateDeps } from '#runner/pipeline/evaluate.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';

let database: TestDatabase;
let queue: EvaluationQueue;
let scene: Scene;
let first: string;
let second: string;

beforeAll(async () => {
  database = await openTestDatabase();
  queue = await openQueue(database.runnerUrl, { purpose: 'send', onError: () => undefined });
  scene = await newScene(database.owner);
  const runner = (name: string) =>
    registerRunner(database.runner, { name, recipient: `age1${'q'.repeat(58)}`, host: {} });
  [first, second] = [await runner('first'), await runner('second')];
});
afterAll(async () => {
  await queue.stop({ graceful: false });
  await database.close();
});

async function claim(evaluationId: string, runnerId = first): Promise<Lease> {
  const claimed = await claimEvaluation(database.runner, { evaluationId, runnerId, leaseSeconds: 60 });
  if (!claimed) throw new Error('not claimed');
  return claimed;
}

function scored(caseIndex: number, dice = 0.5): CaseRecord {
  return {
    caseIndex,
    status: 'SCORED',
    code: null,
    message: null,
    undefinedMetrics: [],
    predictionBlob: null,
    metrics: { dice },
    seconds: 1.5,
    peakMemoryBytes: 1024,
    exitCode: 0,
    log: 'done',
    outputMark: null,
  };
}

const SCORE = {
  metric: 'dice',
  caseValues: new Uint8Array(18),
  version: 1,
  mean: 0.5,
  sd: 0,
  median: 0.5,
  q1: 0.5,
  q3: 0.5,
  min: 0.5,
  max: 0.5,
  n: 2,
  failed: 0,
};

const row = (id: string) =>
  database.owner.evaluation.findUniqueOrThrow({ where: { id }, include: { caseScores: true, scores: true } });

/** Simulates a minute without a renewal. */
async function expire(id: string): Promise<void> {
  await database.owner.$executeRaw`
    UPDATE "Evaluation" SET "leaseExpiresAt" = now() - interval '1 second' WHERE id = ${id}::uuid`;
}

async function waitingJobs(id: string): Promise<number> {
  const rows = await database.owner.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pgboss.job
    WHERE data->>'evaluationId' = ${id} AND state IN ('created', 'retry')`;
  return rows[0]?.n ?? 0;
}

describe('a claim', () => {
  it('succeeds for exactly one of many concurrent runners', async () => {
    const evaluationId = await scene.evaluation();
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        claimEvaluation(database.runner, {
          evaluationId,
          runnerId: i % 2 ? first : second,
          leaseSeconds: 60,
        }),
      ),
    );
    expect(claims.filter((each) => each !== null)).toHaveLength(1);
  });

  it('is refused for a cancelled evaluation', async () => {
    const id = await scene.evaluation();
    await database.owner.evaluation.update({ where: { id }, data: { state: 'CANCELLED' } });
    expect(
      await claimEvaluation(database.runner, { evaluationId: id, runnerId: first, leaseSeconds: 60 }),
    ).toBeNull();
  });
});

describe('a recorded result', () => {
  it('keeps the replicates of a metric over the set, and no values of cases', async () => {
    const id = await scene.evaluation();
    const lease = await claim(id);
    const replicates = Float64Array.of(0.25, Number.NaN, 0.75);
    const auroc = { ...SCORE, metric: 'auroc', median: null, caseValues: null };
    await finishScored(database.runner, lease, [
      SCORE,
      { ...auroc, replicates: encodeReplicates(replicates) },
      { ...auroc, metric: 'sensitivity_all' },
    ]);
    const stored = new Map((await row(id)).scores.map((score) => [score.metric, score]));
    expect(decodeReplicates(stored.get('auroc')!.replicates!, 3)).toEqual(replicates);
    expect(stored.get('dice')!.replicates).toBeNull();
    expect(stored.get('sensitivity_all')).toMatchObject({ mean: 0.5, median: null, replicates: null });
    const values = await database.owner.caseValues.findMany({ where: { evaluationId: id } });
    expect(values.map(({ metric }) => metric)).toEqual(['dice']);
  });

  it('keeps the volumes of cases apart from the scores', async () => {
    const id = await scene.evaluation();
    const cases = [
      { status: 'SCORED' as const, metrics: { predicted_volume: 1.5, true_volume: 2 }, undefinedMetrics: [] },
      { status: 'FAILED' as const, metrics: {}, undefinedMetrics: [] },
    ];
    await finishScored(database.runner, await claim(id), [SCORE], { volumes: encodeVolumes(cases) });
    expect((await row(id)).scores.map(({ metric }) => metric)).toEqual(['dice']);
    const stored = await database.owner.caseValues.findMany({ where: { evaluationId: id } });
    const encoded = new Map(stored.map(({ metric, values }) => [metric, values]));
    expect(decodeVolumes(encoded, 2)).toEqual([{ caseIndex: 0, predictedMl: 1.5, trueMl: 2 }]);
  });

  it('is never overwritten', async () => {
    const id = await scene.evaluation();
    const lease = await claim(id);
    await recordCase(database.runner, lease, scored(0, 0.5), 0);
    await recordCase(database.runner, lease, scored(0, 0.9), 0);
    expect((await row(id)).caseScores.map(({ metrics }) => metrics)).toEqual([{ dice: 0.5 }]);
    expect(await row(id)).toMatchObject({ scoredCases: 1, failedCases: 0 });
  });

  it('is counted once, with its code', async () => {
    const id = await scene.evaluation();
    const lease = await claim(id);
    const failed = (caseIndex: number) => {
      return { ...scored(caseIndex), status: 'FAILED' as const, code: 'OUT_OF_MEMORY' as const, metrics: {} };
    };
    for (const record of [failed(0), failed(0), failed(1)]) {
      await recordCase(database.runner, lease, record, 0);
    }
    const counts = { scoredCases: 0, failedCases: 2, caseCodes: ['OUT_OF_MEMORY'] };
    expect(await row(id)).toMatchObject(counts);
    await handBack(database.runner, queue, lease, { code: 'RUNNER_STOPPED', message: 'update' });
    const again = await claim(id, second);
    await recordCase(database.runner, again, failed(1), 0);
    expect(await row(id)).toMatchObject(counts);
  });

  it('is kept for the next claim, so that no recorded case runs again', async () => {
    const id = await scene.evaluation();
    const lease = await claim(id);
    await recordCase(database.runner, lease, scored(1), 0);
    await handBack(database.runner, queue, lease, { code: 'RUNNER_STOPPED', message: 'update' });
    const again = await claim(id, second);
    expect((await readClaimedEvaluation(database.runner, again)).recorded).toEqual([1]);
  });

  it("can't change after the evaluation is SCORED", async () => {
    const id = await scene.evaluation();
    const lease = await claim(id);
    await finishScored(database.runner, lease, [SCORE]);
    const ended = await row(id);
    expect(ended).toMatchObject({ state: 'SCORED', leaseToken: null, runningCases: 0 });
    expect(ended.scores).toHaveLength(1);
    await expect(recordCase(database.runner, lease, scored(0), 0)).rejects.toThrow(LeaseLost);
    await expect(finishFailed(database.runner, lease, { code: 'SHAPE', message: '' })).rejects.toThrow(
      LeaseLost,
    );
  });
});

describe('an expired lease', () => {
  it('allows another runner to take over, and every write of the late runner is refused', async () => {
    const id = await scene.evaluation();
    const late = await claim(id, first);
    await recordCase(database.runner, late, scored(0), 1);
    await expire(id);
    expect(await requeueAbandoned(database.runner, queue, { runnerId: null, graceSeconds: 0 })).toEqual([id]);
    expect(await row(id)).toMatchObject({ state: 'QUEUED', platformCode: 'LEASE_EXPIRED', requeues: 1 });
    expect(await waitingJobs(id)).toBe(1);
    const taken = await claim(id, second);
    for (const write of [
      () => recordCase(database.runner, late, scored(1), 0),
      () => recordRunning(database.runner, late, 2),
      () => renewLease(database.runner, late),
      () => finishScored(database.runner, late, [SCORE]),
      () => handBack(database.runner, queue, late, { code: 'INTERNAL', message: '' }),
    ]) {
      await expect(write()).rejects.toThrow(LeaseLost);
    }
    await recordCase(database.runner, taken, scored(1), 0);
    expect((await row(id)).caseScores).toHaveLength(2);
  });

  it('is not requeued if its runner renews it', async () => {
    const id = await scene.evaluation();
    const lease = await claim(id);
    await expire(id);
    await renewLease(database.runner, lease);
    expect(await requeueAbandoned(database.runner, queue, { runnerId: null, graceSeconds: 0 })).toEqual([]);
  });
});

describe('a killed runner', () => {
  it('requeues its own evaluations at the next start, without waiting for the lease to expire', async () => {
    const [mine, others] = [await scene.evaluation(), await scene.evaluation()];
    await claim(mine, first);
    const lease = await claim(others, second);
    const requeued = await requeueAbandoned(database.runner, queue, { runnerId: first, graceSeconds: 0 });
    expect(requeued).toContain(mine);
    expect(requeued).not.toContain(others);
    await renewLease(database.runner, lease);
  });
});

describe('a platform error', () => {
  it('fails the evaluation with its code if it persists', async () => {
    const id = await scene.evaluation();
    const error = { code: 'ENGINE_LOST', message: 'no answer' } as const;
    for (let i = 1; i <= MAX_REQUEUES; i++) {
      await handBack(database.runner, queue, await claim(id), error);
      expect((await row(id)).state).toBe('QUEUED');
      expect(await waitingJobs(id)).toBe(1);
    }
    await handBack(database.runner, queue, await claim(id), error);
    expect(await row(id)).toMatchObject({ state: 'FAILED', code: 'ENGINE_LOST' });
  });

  it('requeues an evaluation whose row can’t be parsed, without waiting for the lease to expire', async () => {
    const broken = await newScene(database.owner);
    const evaluationId = await broken.evaluation();
    await database.owner.phase.update({ where: { id: broken.phaseId }, data: { limits: { cpus: 'many' } } });
    const errors: unknown[] = [];
    const log = { child: () => ({ error: ({ err }: { err: unknown }) => errors.push(err) }) };
    const work = {
      // Steps after reading the row aren't reached.
      deps: { db: database.runner, log: log as unknown as Logger } as EvaluateDeps,
      queue,
      notifications: { watch: () => () => undefined },
      onUnsupported: () => undefined,
    };
    const ids = { evaluationId, runnerId: first, leaseSeconds: 60 };
    await claimAndEvaluate(work, ids, new AbortController().signal);
    expect(await row(evaluationId)).toMatchObject({ state: 'QUEUED', platformCode: 'INTERNAL', requeues: 1 });
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(new RegExp(`Phase ${broken.phaseId} has an invalid [^]*limits`)),
      }),
    ]);
  });

  it('doesn’t count if the runner was only drained', async () => {
    const id = await scene.evaluation();
    await handBack(database.runner, queue, await claim(id), { code: 'RUNNER_STOPPED', message: '' });
    expect(await row(id)).toMatchObject({ state: 'QUEUED', requeues: 0, platformCode: 'RUNNER_STOPPED' });
  });
});
