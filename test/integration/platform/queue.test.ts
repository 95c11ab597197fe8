import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { openNotifications } from '#lib/platform/notifications.ts';
import {
  cancelJobs,
  type EvaluationQueue,
  openQueue,
  readQueueOrder,
  sendEvaluation,
  workQueue,
} from '#lib/platform/queue/queue.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';

const onError = (error: Error) => {
  throw error;
};

let database: TestDatabase;
let scene: Scene;
let sending: EvaluationQueue;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await newScene(database.owner);
  sending = await openQueue(database.siteUrl, { purpose: 'send', onError });
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await database.owner.$executeRaw`DELETE FROM pgboss.job`;
});
afterAll(async () => {
  await sending.stop();
  await database.close();
});

/** A worker that records what it is given, and ends a job when it is told to. */
async function startWorker({
  readRefusedPhases = async (): Promise<string[] | null> => [],
  fails = (): boolean => false,
} = {}) {
  const queue = await openQueue(database.runnerUrl, { purpose: 'work', onError });
  const notifications = openNotifications(database.runnerUrl, onError);
  const stop = new AbortController();
  const given: string[] = [];
  const endings = new Map<string, () => void>();
  let arrived = () => {};
  const options = {
    readRefusedPhases,
    watch: notifications.watchQueue,
    onError: () => undefined,
    signal: stop.signal,
  };
  const done = workQueue(queue, options, async (evaluationId) => {
    given.push(evaluationId);
    const ended = new Promise<void>((resolve) => endings.set(evaluationId, resolve));
    arrived();
    if (fails()) throw new Error('the engine is gone');
    await ended;
  });
  stops.push(async () => {
    stop.abort();
    for (const end of endings.values()) end();
    await done;
    await notifications.close();
    await queue.stop({ graceful: false });
  });
  const until = async (count: number) => {
    while (given.length < count) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return given;
  };
  return { given, until, end: (id: string) => endings.get(id)?.() };
}

const live = () =>
  database.owner.$queryRaw<{ state: string; id: string }[]>`
    SELECT state::text AS state, data->>'evaluationId' AS id FROM pgboss.job
    WHERE state IN ('created', 'retry', 'active') ORDER BY created_on`;

test("a job sent in the site's transaction reaches a runner when the transaction commits", async () => {
  const id = await scene.evaluation();
  const worker = await startWorker();
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  expect(await worker.until(1)).toEqual([id]);
  worker.end(id);
});

test('a transaction that is rolled back takes its job with it', async () => {
  const id = await scene.evaluation();
  const failing = database.site.$transaction(async (tx) => {
    await sendEvaluation(sending, tx, id);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await live()).toEqual([]);
});

test('an evaluation that is sent again has one job, also while a dead runner holds the old one', async () => {
  const id = await scene.evaluation();
  const worker = await startWorker();
  const resend = () => database.runner.$transaction((tx) => sendEvaluation(sending, tx, id));
  await resend();
  await worker.until(1);
  expect(await live()).toEqual([{ state: 'active', id }]);
  await resend();
  expect(await live()).toEqual([{ state: 'created', id }]);
  const another = await startWorker();
  expect(await another.until(1)).toEqual([id]);
});

test('a cancelled evaluation leaves the queue', async () => {
  const id = await scene.evaluation();
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  await database.site.$transaction((tx) => cancelJobs(sending, tx, id));
  expect(await live()).toEqual([]);
});

test('one evaluation of a team runs at a time, and does not hold up another team', async () => {
  const [first, other] = [await scene.evaluation(), await scene.evaluation()];
  const { submissionId } = await database.owner.evaluation.findUniqueOrThrow({ where: { id: first } });
  const second = await database.owner.evaluation.create({ data: { submissionId, caseCount: 2 } });
  for (const id of [first, second.id, other]) {
    await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  }
  const workers = [await startWorker(), await startWorker(), await startWorker()];
  const given = async (count: number) => {
    await expect
      .poll(() => workers.flatMap((worker) => worker.given).length, { timeout: 10_000 })
      .toBe(count);
    return workers.flatMap((worker) => worker.given);
  };
  expect(new Set(await given(2))).toEqual(new Set([first, other]));
  for (const worker of workers) worker.end(first);
  expect(new Set(await given(3))).toEqual(new Set([first, other, second.id]));
});

test('a handler that throws gets its job again', async () => {
  const id = await scene.evaluation();
  let attempts = 0;
  const worker = await startWorker({ fails: () => ++attempts === 1 });
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  expect(await worker.until(2)).toEqual([id, id]);
});

test('a runner leaves to others the phases that it refuses, and takes nothing while it is not well', async () => {
  const id = await scene.evaluation();
  await startWorker({ readRefusedPhases: async () => [scene.phaseId] });
  await startWorker({ readRefusedPhases: async () => null });
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  const able = await startWorker();
  expect(await able.until(1)).toEqual([id]);
});

test('a phase that came into the queue a moment ago is given up again, and stays there for others', async () => {
  const id = await scene.evaluation();
  let asked = 0;
  const late = await startWorker({
    readRefusedPhases: async () => (++asked % 2 === 0 ? [scene.phaseId] : []),
  });
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  await expect
    .poll(async () => (await live()).map(({ state }) => state), { timeout: 10_000 })
    .toEqual(['retry']);
  expect(late.given).toEqual([]);
});

describe('the order of the queue', () => {
  const send = (id: string) => database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  /** Another evaluation of the submission's team and phase. */
  async function another(id: string): Promise<string> {
    const { submissionId } = await database.owner.evaluation.findUniqueOrThrow({ where: { id } });
    return (await database.owner.evaluation.create({ data: { submissionId, caseCount: 2 } })).id;
  }

  test('a team that sends four does not hold up another with one', async () => {
    const first = await scene.evaluation();
    const many = [first, await another(first), await another(first), await another(first)];
    const other = await scene.evaluation();
    for (const id of [...many, other]) await send(id);
    const order = await readQueueOrder(database.site);
    expect(order.indexOf(other)).toBe(1);
    expect(order.filter((id) => id !== other)).toEqual(many);
    // And so it is delivered, by a single runner.
    const worker = await startWorker();
    for (let n = 1; n <= order.length; n++) {
      expect(await worker.until(n)).toEqual(order.slice(0, n));
      worker.end(order[n - 1] as string);
    }
  });

  test('what a phase took lately says how long the next takes: the short goes first', async () => {
    const long = await newScene(database.owner, { limits: { ...DEFAULT_LIMITS, timeLimitSeconds: 600 } });
    const short = await newScene(database.owner, { limits: { ...DEFAULT_LIMITS, timeLimitSeconds: 600 } });
    const ended = await short.evaluation();
    const finishedAt = new Date();
    const startedAt = new Date(finishedAt.getTime() - 30_000);
    await database.owner.evaluation.update({
      where: { id: ended },
      data: { state: 'SCORED', startedAt, finishedAt },
    });
    const [hour, minute] = [await long.evaluation(), await short.evaluation()];
    await send(hour);
    await send(minute);
    expect(await readQueueOrder(database.site)).toEqual([minute, hour]);
  });

  test('what goes back to the queue keeps its place', async () => {
    const [first, second] = [await scene.evaluation(), await scene.evaluation()];
    await send(first);
    await database.owner.$executeRaw`UPDATE pgboss.job SET priority = priority + 10`;
    await send(second);
    await send(first);
    expect(await readQueueOrder(database.site)).toEqual([first, second]);
  });
});
