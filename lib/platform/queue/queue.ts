import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, fromPrisma, type Job, PgBoss } from 'pg-boss';
import { z } from 'zod';
import { queueTag } from '#lib/domain/evaluations/queue-order.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { HELD_UNTIL, isHeld } from './holds.ts';
import { MAIL_RULES, MAILS } from './mail-queue.ts';
import { EVALUATION_QUEUED, EVALUATIONS } from './names.ts';
import { NOTICE_RULES, NOTICES } from './notice-queue.ts';

/**
 * The queue of evaluations: its name, its payload and its rules. read-queue.ts reads it for people.
 *
 * A job only tells a runner that an evaluation may be ready to run. The conditional update of the
 * evaluation's row decides whether it is and which runner gets it, so duplicate, late or obsolete jobs are
 * harmless.
 *
 * The priority comes from lib/domain/evaluations/queue-order.ts: fair between teams, short before long, no
 * starvation. With policy `singleton` and the team as its key, a team has one running evaluation at a time
 * across all runners. The phase is the job's group, so that a runner can skip the phases that it doesn't
 * support.
 */
const QUEUE_SCHEMA = 'pgboss';
/** A job is delivered again after this long without a heartbeat of its runner. */
const HEARTBEAT_TIMEOUT_SECONDS = 15;
/** How many of the latest scored submissions of a phase predict the duration of the next one. */
const RECENT_EVALUATIONS = 20;
const MAX_EVALUATION_SECONDS = 24 * 3600 - 1;

const payloadSchema = z.strictObject({ evaluationId: z.uuid() });

export type EvaluationQueue = PgBoss;
/** Creates the queues and their tables, as the database owner: for prisma/migrate.ts. */
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
      expireInSeconds: MAX_EVALUATION_SECONDS,
      heartbeatSeconds: HEARTBEAT_TIMEOUT_SECONDS,
      // Platform errors are retried for as long as they last; the evaluation's row limits the requeues.
      retryLimit: 1000,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 60,
      retentionSeconds: 365 * 24 * 3600,
      deleteAfterSeconds: 7 * 24 * 3600,
    };
    if (await queue.getQueue(EVALUATIONS)) await queue.updateQueue(EVALUATIONS, rules);
    else await queue.createQueue(EVALUATIONS, { ...rules, policy: 'singleton' });
    for (const [name, itsRules] of [
      [MAILS, MAIL_RULES],
      [NOTICES, NOTICE_RULES],
    ] as const) {
      if (await queue.getQueue(name)) await queue.updateQueue(name, itsRules);
      else await queue.createQueue(name, itsRules);
    }
  } finally {
    await queue.stop({ graceful: false });
  }
  if (errors[0]) throw errors[0];
}

export interface QueueOptions {
  /** `send`: for the site, which only sends jobs. `work`: for a runner, which also maintains the queue. */
  purpose: 'send' | 'work';
  /** Receives background errors such as a lost connection; they are never thrown. */
  onError: (error: Error) => void;
}

/** Opens the queue. Its tables must exist already, because only their owner may create or change them. */
export async function openQueue(url: string, { purpose, onError }: QueueOptions): Promise<EvaluationQueue> {
  const isWorker = purpose === 'work';
  const queue = new PgBoss({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    max: isWorker ? 4 : 2,
    migrate: false,
    createSchema: false,
    schedule: false,
    registerInstance: false,
    reindex: false,
    supervise: isWorker,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
  });
  queue.on('error', onError);
  await queue.start();
  return queue;
}

export interface SendOptions {
  /** Earliest delivery, in seconds from now. */
  delaySeconds?: number;
}

/**
 * Queues an evaluation in the transaction of its row, so that both are committed or neither is. First cancels
 * the evaluation's existing jobs. Otherwise the job of a killed runner would block the team until its
 * heartbeat times out. An evaluation that organizers hold is queued, but not delivered (holds.ts).
 */
export async function sendEvaluation(
  queue: EvaluationQueue,
  tx: Transaction,
  evaluationId: string,
  { delaySeconds = 0 }: SendOptions = {},
): Promise<void> {
  const startAfter = (await isHeld(tx, evaluationId)) ? HELD_UNTIL : delaySeconds;
  const { teamId, phaseId, tag } = await cancelJobs(queue, tx, evaluationId);
  const sent = await queue.send(EVALUATIONS, payloadSchema.parse({ evaluationId }), {
    db: databaseOf(tx),
    singletonKey: teamId,
    group: { id: phaseId },
    // An evaluation that is queued again keeps its place. The highest priority runs first, so tags are
    // negated.
    priority: -(tag ?? (await nextTag(tx, teamId, evaluationId))),
    startAfter,
  });
  if (sent === null) throw new Error(`The queue refused evaluation ${evaluationId}.`);
  await tx.$executeRaw`SELECT pg_notify(${EVALUATION_QUEUED}, '')`;
}

/**
 * Cancels the jobs of an evaluation that was cancelled or is about to be queued again. Returns its team and
 * phase, and the tag of the cancelled jobs, if any.
 */
export async function cancelJobs(
  queue: EvaluationQueue,
  tx: Transaction,
  evaluationId: string,
): Promise<{ teamId: string; phaseId: string; tag: number | null }> {
  const db = databaseOf(tx);
  const { submission } = await tx.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
    select: { submission: { select: { teamId: true, phaseId: true } } },
  });
  const live = await findLiveJobs(tx, submission.teamId, evaluationId);
  const ids = live.map(({ id }) => id);
  if (ids.length > 0) await queue.cancel(EVALUATIONS, ids, { db });
  return { ...submission, tag: live.length > 0 ? -Math.max(...live.map(({ priority }) => priority)) : null };
}

/**
 * The jobs of an evaluation that may still be delivered or are. In SQL, because pg-boss's `findJobs` would read all
 * jobs of the last week. Each half has its own index.
 */
function findLiveJobs(
  tx: Transaction,
  teamId: string,
  evaluationId: string,
): Promise<{ id: string; priority: number }[]> {
  return tx.$queryRaw<{ id: string; priority: number }[]>`
    SELECT id, priority FROM pgboss.job
    WHERE name = ${EVALUATIONS} AND singleton_key = ${teamId} AND state < 'active'
      AND data->>'evaluationId' = ${evaluationId}
    UNION ALL
    SELECT id, priority FROM pgboss.job
    WHERE name = ${EVALUATIONS} AND coalesce(singleton_key, '') = ${teamId} AND state = 'active'
      AND policy = 'singleton' AND data->>'evaluationId' = ${evaluationId}`;
}

/** Implements lib/domain/evaluations/queue-order.ts. */
async function nextTag(tx: Transaction, teamId: string, evaluationId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ lastTag: number | null; expectedSeconds: number; now: Date }[]>`
    SELECT now() AS now,
      (SELECT max(-priority) FROM pgboss.job
        WHERE name = ${EVALUATIONS} AND singleton_key = ${teamId} AND state IN ('created', 'retry', 'active')
      ) AS "lastTag",
      coalesce(
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM (
          SELECT extract(epoch FROM ended."finishedAt" - ended."startedAt") AS seconds
          -- In the order of an index, because a phase may have tens of thousands.
          FROM "Submission" submitted JOIN "Evaluation" ended ON ended."submissionId" = submitted.id
          WHERE submitted."phaseId" = phase.id AND ended.state = 'SCORED'
          ORDER BY submitted.id DESC LIMIT ${RECENT_EVALUATIONS}
        ) recent),
        -- Before the first evaluation of the phase has ended, its time limit.
        (phase.limits->>'timeLimitSeconds')::float8 * this."caseCount"
      ) AS "expectedSeconds"
    FROM "Evaluation" this
    JOIN "Submission" submission ON submission.id = this."submissionId"
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    WHERE this.id = ${evaluationId}::uuid`;
  if (!row) throw new Error(`There is no evaluation ${evaluationId}.`);
  return queueTag(row);
}

/** Delayed jobs and retries become ready without a notification. */
const POLL_INTERVAL_MS = 2000;
const HEARTBEATS_PER_TIMEOUT = 3;

export interface WorkOptions {
  /**
   * Phases whose evaluations must not be delivered; null pauses all deliveries. Called before each delivery.
   */
  readRefusedPhases(): Promise<readonly string[] | null>;
  /** Calls `wake` when an evaluation may have been queued. Returns a function that stops watching. */
  watch(wake: () => void): () => void;
  /** Receives errors of the queue itself, which are retried. */
  onError(error: Error): void;
  signal: AbortSignal;
}

/**
 * Delivers one evaluation after another until aborted, and resolves when the last handler has ended. If a
 * handler throws, its job is delivered again after a delay (2 s at first, at most 60 s). A handler continues
 * even if its job is lost meanwhile, because the lease in the evaluation's row decides who holds it.
 */
export async function workQueue(
  queue: EvaluationQueue,
  options: WorkOptions,
  handle: (evaluationId: string) => Promise<void>,
): Promise<void> {
  const { signal } = options;
  let wake = new AbortController();
  const unwatch = options.watch(() => wake.abort());
  try {
    while (!signal.aborted) {
      // Created before polling, so that a job that is queued meanwhile is noticed.
      wake = new AbortController();
      const delivered = await deliverNext(queue, options, handle).catch((error: Error) => {
        options.onError(error);
        return false;
      });
      if (delivered) continue;
      const either = AbortSignal.any([signal, wake.signal]);
      await sleep(POLL_INTERVAL_MS, undefined, { signal: either }).catch(() => undefined);
    }
  } finally {
    unwatch();
  }
}

/** Delivers the next job. Returns false if there is none. Throws if the queue can't be reached. */
async function deliverNext(
  queue: EvaluationQueue,
  { readRefusedPhases, onError }: WorkOptions,
  handle: (evaluationId: string) => Promise<void>,
): Promise<boolean> {
  const ignored = await readRefusedPhases();
  if (ignored === null) return false;
  const [job] = await queue.fetch<unknown>(EVALUATIONS, { ignoreGroups: [...ignored] });
  if (!job) return false;
  // The phase may have entered the queue only after the first check. Its job is left to other runners.
  if (job.groupId && ((await readRefusedPhases()) ?? [job.groupId]).includes(job.groupId)) {
    await queue.fail(
      EVALUATIONS,
      delivery(job),
      new Error('The phase isn’t supported by the runner that got the job.'),
    );
    return false;
  }
  const touch = () => void queue.touch(EVALUATIONS, [delivery(job)]).catch(onError);
  const heartbeat = setInterval(touch, (HEARTBEAT_TIMEOUT_SECONDS * 1000) / HEARTBEATS_PER_TIMEOUT);
  try {
    await handle(payloadSchema.parse(job.data).evaluationId);
  } catch (error) {
    onError(error as Error);
    await queue.fail(EVALUATIONS, delivery(job), error as Error);
    return true;
  } finally {
    clearInterval(heartbeat);
  }
  await queue.complete(EVALUATIONS, delivery(job));
  return true;
}

/** Identifies the delivery rather than the job, so that a later delivery to another runner isn't affected. */
function delivery({ id, retryCount }: Job<unknown>): { id: string; retryCount: number } {
  return { id, retryCount };
}

function databaseOf(tx: Transaction): Db {
  return fromPrisma(tx as unknown as Parameters<typeof fromPrisma>[0]);
}
