import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { openNotifications } from '#lib/platform/notifications.ts';
import {
  cancelJobs,
  type EvaluationQueue,
  openQueue,
  sendEvaluation,
  workQueue,
} from '#lib/platform/queue/queue.ts';
import { readQueue, readQueueLength, readQueuePlace } from '#lib/platform/queue/read-queue.ts';
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

/** A worker that records the evaluations that it receives, and ends one when `end` is called. */
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

/** All queued evaluations of these phases, in order. */
async function readOrder(phaseIds: readonly string[] = [scene.phaseId]): Promise<string[]> {
  const all = { cursor: null, side: 'behind', limit: 1000 } as const;
  return (await readQueue(database.site, phaseIds, all)).map(({ evaluationId }) => evaluationId);
}

test('a job reaches a runner when the site’s transaction commits', async () => {
  const id = await scene.evaluation();
  const worker = await startWorker();
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  expect(await worker.until(1)).toEqual([id]);
  worker.end(id);
});

test('rolling back a transaction discards its job', async () => {
  const id = await scene.evaluation();
  const failing = database.site.$transaction(async (tx) => {
    await sendEvaluation(sending, tx, id);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await live()).toEqual([]);
});

test('an evaluation that is queued again has one job, even while a dead runner holds the old one', async () => {
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

test('a job is found behind more than a thousand jobs of its team that have ended', async () => {
  const id = await scene.evaluation();
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  await database.owner.$executeRaw`
    INSERT INTO pgboss.job (name, data, state, singleton_key, policy, created_on, completed_on)
    SELECT name, jsonb_build_object('evaluationId', gen_random_uuid()), 'completed', singleton_key, policy,
      now() - interval '1 day', now()
    FROM pgboss.job, generate_series(1, 1001) WHERE data->>'evaluationId' = ${id}`;
  await database.site.$transaction((tx) => cancelJobs(sending, tx, id));
  expect(await readQueueLength(database.site)).toBe(0);
});

test('a team has one running evaluation at a time, which doesn’t block other teams', async () => {
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

test('a job is delivered again if its handler throws', async () => {
  const id = await scene.evaluation();
  let attempts = 0;
  const worker = await startWorker({ fails: () => ++attempts === 1 });
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  expect(await worker.until(2)).toEqual([id, id]);
});

test('a runner skips the phases that it refuses, and receives nothing while deliveries are paused', async () => {
  const id = await scene.evaluation();
  await startWorker({ readRefusedPhases: async () => [scene.phaseId] });
  await startWorker({ readRefusedPhases: async () => null });
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  const able = await startWorker();
  expect(await able.until(1)).toEqual([id]);
});

test('a delivered job is returned to the queue if its phase is refused by then', async () => {
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
  /** Creates another evaluation of the same submission. */
  async function another(id: string): Promise<string> {
    const { submissionId } = await database.owner.evaluation.findUniqueOrThrow({ where: { id } });
    return (await database.owner.evaluation.create({ data: { submissionId, caseCount: 2 } })).id;
  }

  test('a team with four evaluations doesn’t delay another team with one', async () => {
    const first = await scene.evaluation();
    const many = [first, await another(first), await another(first), await another(first)];
    const other = await scene.evaluation();
    for (const id of [...many, other]) await send(id);
    const order = await readOrder();
    expect(order.indexOf(other)).toBe(1);
    expect(order.filter((id) => id !== other)).toEqual(many);
    // A single runner receives the evaluations in this order.
    const worker = await startWorker();
    for (let n = 1; n <= order.length; n++) {
      expect(await worker.until(n)).toEqual(order.slice(0, n));
      worker.end(order[n - 1] as string);
    }
  });

  test('recent durations of a phase predict the next one, and the shorter evaluation runs first', async () => {
    const long = await newScene(database.owner, { limits: { ...DEFAULT_LIMITS, timeLimitSeconds: 600 } });
    const short = await newScene(database.owner, { limits: { ...DEFAULT_LIMITS, timeLimitSeconds: 600 } });
    const ended = await short.evaluation();
    const finishedAt = new Date();
    const startedAt = new Date(finishedAt.getTime() - 30_000);
    await database.owner.evaluation.update({
      where: { id: ended },
      data: { state: 'SCORED', startedAt, finishedAt },
    });
    const [longEvaluation, shortEvaluation] = [await long.evaluation(), await short.evaluation()];
    await send(longEvaluation);
    await send(shortEvaluation);
    expect(await readOrder([long.phaseId, short.phaseId])).toEqual([shortEvaluation, longEvaluation]);
  });

  test('a requeued evaluation keeps its place', async () => {
    const [first, second] = [await scene.evaluation(), await scene.evaluation()];
    await send(first);
    await database.owner.$executeRaw`UPDATE pgboss.job SET priority = priority + 10`;
    await send(second);
    await send(first);
    expect(await readOrder()).toEqual([first, second]);
  });
});

test('the queue is read in pages, each behind a job, also when jobs have left and joined it meanwhile', async () => {
  const other = await newScene(database.owner);
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) {
    const id = await (n === 2 ? other : scene).evaluation();
    await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
    ids.push(id);
  }
  const read = (cursor: string | null, side: 'behind' | 'before' = 'behind') =>
    readQueue(database.site, [scene.phaseId], { cursor, side, limit: 2 });
  const places = (page: Awaited<ReturnType<typeof read>>) =>
    page.map(({ evaluationId, place }) => [evaluationId, place]);
  const first = await read(null);
  expect(places(first)).toEqual([
    [ids[0], 1],
    [ids[1], 2],
  ]);
  const second = await read(first[1]!.jobId);
  expect(places(second)).toEqual([
    [ids[3], 4],
    [ids[4], 5],
  ]);
  expect((await read(second[0]!.jobId, 'before')).map(({ evaluationId }) => evaluationId)).toEqual([
    ids[1],
    ids[0],
  ]);

  // The first page runs or is cancelled, and its last job is still a cursor.
  for (const id of [ids[0]!, ids[1]!]) await database.site.$transaction((tx) => cancelJobs(sending, tx, id));
  expect(places(await read(first[1]!.jobId))).toEqual([
    [ids[3], 2],
    [ids[4], 3],
  ]);
  expect(await readQueuePlace(database.site, ids[5]!)).toEqual({ place: 4, length: 4 });
  expect(await readQueuePlace(database.site, ids[0]!)).toBeNull();
  expect(await readQueueLength(database.site)).toBe(4);
});
