import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  dropJobs,
  type EvaluationQueue,
  openQueue,
  sendEvaluation,
  workEvaluations,
} from '#lib/server/queue.ts';
import { openTestDatabase, type TestDatabase } from '#test/database.ts';
import { newScene, type Scene } from './scene.ts';

const onError = (error: Error) => {
  throw error;
};

let database: TestDatabase;
let scene: Scene;
let sending: EvaluationQueue;
const working: EvaluationQueue[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await newScene(database.owner);
  sending = await openQueue(database.siteUrl, { purpose: 'send', onError });
});
afterEach(async () => {
  await Promise.all(working.splice(0).map((queue) => queue.stop({ graceful: false })));
  await database.owner.$executeRaw`DELETE FROM pgboss.job`;
});
afterAll(async () => {
  await sending.stop();
  await database.close();
});

/** A worker that records what it is given, and ends a job when it is told to. */
async function startWorker(concurrency = 1) {
  const queue = await openQueue(database.runnerUrl, { purpose: 'work', onError });
  working.push(queue);
  const given: string[] = [];
  const endings = new Map<string, () => void>();
  let arrived = () => {};
  await workEvaluations(queue, { concurrency }, async (evaluationId) => {
    given.push(evaluationId);
    const ended = new Promise<void>((resolve) => endings.set(evaluationId, resolve));
    arrived();
    await ended;
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
  await database.site.$transaction((tx) => dropJobs(sending, tx, id));
  expect(await live()).toEqual([]);
});

test('one evaluation of a team runs at a time, and does not hold up another team', async () => {
  const [first, other] = [await scene.evaluation(), await scene.evaluation()];
  const { submissionId } = await database.owner.evaluation.findUniqueOrThrow({ where: { id: first } });
  const second = await database.owner.evaluation.create({ data: { submissionId, caseCount: 2 } });
  for (const id of [first, second.id, other]) {
    await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  }
  const worker = await startWorker(3);
  expect(new Set(await worker.until(2))).toEqual(new Set([first, other]));
  worker.end(first);
  expect((await worker.until(3))[2]).toBe(second.id);
  worker.end(second.id);
  worker.end(other);
});

test('a handler that throws gets its job again', async () => {
  const id = await scene.evaluation();
  const queue = await openQueue(database.runnerUrl, { purpose: 'work', onError });
  working.push(queue);
  let attempts = 0;
  const done = new Promise<void>((resolve, reject) => {
    workEvaluations(queue, { concurrency: 1 }, async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('the engine is gone');
      resolve();
    }).catch(reject);
  });
  await database.site.$transaction((tx) => sendEvaluation(sending, tx, id));
  await done;
  expect(attempts).toBe(2);
});
