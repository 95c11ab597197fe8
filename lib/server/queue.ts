import { type Db, fromPrisma, type Job, PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Transaction } from './database.ts';

/**
 * The queue of evaluations: its name, its payload and its rules, in this file alone.
 *
 * A job only tells a runner that an evaluation may be due. Whether it is, and whose it is, is decided by the
 * row's conditional update, so that a job that is delivered twice, late or for nothing does no harm.
 *
 * Policy `singleton` with the team as its key: one evaluation of a team at a time, over all runners, and a
 * team that sends ten does not hold up the others.
 */
const QUEUE_SCHEMA = 'pgboss';
const EVALUATIONS = 'evaluations';
/** A runner that is silent for so long has lost its job: it is delivered again. */
const HEARTBEAT_SECONDS = 15;
const LONGEST_EVALUATION_SECONDS = 24 * 3600 - 1;

const payloadSchema = z.strictObject({ evaluationId: z.uuid() });

export type EvaluationQueue = PgBoss;
/** Makes the queue's tables and the queue, as their owner: for prisma/migrate.ts. */
export async function installQueue(url: string): Promise<void> {
  const queue = new PgBoss({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max: 2,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  const errors: Error[] = [];
  queue.on('error', (error) => errors.push(error));
  await queue.start();
  try {
    const rules = {
      expireInSeconds: LONGEST_EVALUATION_SECONDS,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      // A platform's fault is retried for as long as it lasts; the row counts the attempts.
      retryLimit: 1000,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 60,
      retentionSeconds: 365 * 24 * 3600,
      deleteAfterSeconds: 7 * 24 * 3600,
      notify: true,
    };
    if (await queue.getQueue(EVALUATIONS)) await queue.updateQueue(EVALUATIONS, rules);
    else await queue.createQueue(EVALUATIONS, { ...rules, policy: 'singleton' });
  } finally {
    await queue.stop({ graceful: false });
  }
  if (errors[0]) throw errors[0];
}

export interface QueueOptions {
  /** `send`: the site, which only sends. `work`: a runner, which also looks after the queue. */
  purpose: 'send' | 'work';
  /** Faults in the background (a lost connection): reported, never thrown. */
  onError: (error: Error) => void;
}

/** Opens the queue for a process. Its tables stand already: only their owner may make or change them. */
export async function openQueue(url: string, { purpose, onError }: QueueOptions): Promise<EvaluationQueue> {
  const works = purpose === 'work';
  const queue = new PgBoss({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max: works ? 4 : 2,
    migrate: false,
    createSchema: false,
    schedule: false,
    registerInstance: false,
    reindex: false,
    supervise: works,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    useListenNotify: works,
  });
  queue.on('error', onError);
  await queue.start();
  return queue;
}

export interface SendOptions {
  /** Not delivered earlier than so many seconds from now. */
  delaySeconds?: number;
}

/**
 * Puts an evaluation into the queue, in the transaction of its row: both are committed, or neither. Jobs that
 * it still has are dropped first, so that the job of a runner that was killed does not hold up the team until
 * its heartbeat is missed.
 */
export async function sendEvaluation(
  queue: EvaluationQueue,
  tx: Transaction,
  evaluationId: string,
  { delaySeconds = 0 }: SendOptions = {},
): Promise<void> {
  const teamId = await dropJobs(queue, tx, evaluationId);
  const sent = await queue.send(EVALUATIONS, payloadSchema.parse({ evaluationId }), {
    db: databaseOf(tx),
    singletonKey: teamId,
    startAfter: delaySeconds,
  });
  if (sent === null) throw new Error(`The queue refused evaluation ${evaluationId}.`);
}

/** Takes the jobs of an evaluation (cancelled, or about to be sent anew) out of the queue; returns its team. */
export async function dropJobs(
  queue: EvaluationQueue,
  tx: Transaction,
  evaluationId: string,
): Promise<string> {
  const db = databaseOf(tx);
  const { submission } = await tx.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
    select: { submission: { select: { teamId: true } } },
  });
  const key = submission.teamId;
  const jobs = await queue.findJobs(EVALUATIONS, { key, data: { evaluationId }, db });
  const live = jobs.filter(({ state }) => state === 'created' || state === 'retry' || state === 'active');
  const ids = live.map(({ id }) => id);
  if (ids.length > 0) await queue.cancel(EVALUATIONS, ids, { db });
  return key;
}

export interface WorkOptions {
  /** How many evaluations this process runs at a time. */
  concurrency: number;
}

/**
 * Hands out evaluations until the queue is stopped. A handler that throws gets its job back later (2 s, then
 * longer, at most 60 s). A job that is taken away meanwhile is no reason to stop: the row's lease decides whose
 * the evaluation is.
 */
export async function workEvaluations(
  queue: EvaluationQueue,
  { concurrency }: WorkOptions,
  handle: (evaluationId: string) => Promise<void>,
): Promise<void> {
  await queue.work<unknown>(
    EVALUATIONS,
    {
      localConcurrency: concurrency,
      batchSize: 1,
      pollingIntervalSeconds: 2,
      notifyPollingIntervalSeconds: 5,
    },
    async (jobs: Job<unknown>[]) => {
      for (const job of jobs) await handle(payloadSchema.parse(job.data).evaluationId);
    },
  );
}

function databaseOf(tx: Transaction): Db {
  return fromPrisma(tx as unknown as Parameters<typeof fromPrisma>[0]);
}
