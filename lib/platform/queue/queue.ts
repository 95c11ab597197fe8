import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, fromPrisma, type Job, PgBoss } from 'pg-boss';
import { z } from 'zod';
import { queueTag } from '#lib/domain/evaluations/queue-order.ts';
import type { Transaction } from '#lib/platform/database.ts';

/**
 * The queue of evaluations: its name, its payload and its rules, in this file alone.
 *
 * A job only tells a runner that an evaluation may be due. Whether it is, and whose it is, is decided by the
 * row's conditional update, so that a job that is delivered twice, late or for nothing does no harm.
 *
 * Priority is the place of lib/domain/evaluations/queue-order.ts: fair between teams, short before long, nobody for ever.
 * Policy `singleton` with the team as its key: one evaluation of a team at a time, over all runners. The phase
 * is the job's group, so that a runner leaves to others what is beyond it.
 */
const QUEUE_SCHEMA = 'pgboss';
const EVALUATIONS = 'evaluations';
/** A runner that is silent for so long has lost its job: it is delivered again. */
const HEARTBEAT_SECONDS = 15;
/** How many ended evaluations of a phase say how long the next takes. */
const RECENT = 20;
const MAX_EVALUATION_SECONDS = 24 * 3600 - 1;

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
      expireInSeconds: MAX_EVALUATION_SECONDS,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      // A platform's fault is retried for as long as it lasts; the row counts the attempts.
      retryLimit: 1000,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 60,
      retentionSeconds: 365 * 24 * 3600,
      deleteAfterSeconds: 7 * 24 * 3600,
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
  const { teamId, phaseId, tag } = await dropJobs(queue, tx, evaluationId);
  const sent = await queue.send(EVALUATIONS, payloadSchema.parse({ evaluationId }), {
    db: databaseOf(tx),
    singletonKey: teamId,
    group: { id: phaseId },
    // What is sent anew keeps its place. The highest priority goes first, so tags count downwards.
    priority: -(tag ?? (await nextTag(tx, teamId, evaluationId))),
    startAfter: delaySeconds,
  });
  if (sent === null) throw new Error(`The queue refused evaluation ${evaluationId}.`);
  await tx.$executeRaw`SELECT pg_notify(${EVALUATION_QUEUED}, '')`;
}

/** Takes the jobs of an evaluation (cancelled, or about to be sent anew) out of the queue; says whose it is. */
export async function dropJobs(
  queue: EvaluationQueue,
  tx: Transaction,
  evaluationId: string,
): Promise<{ teamId: string; phaseId: string; tag: number | null }> {
  const db = databaseOf(tx);
  const { submission } = await tx.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
    select: { submission: { select: { teamId: true, phaseId: true } } },
  });
  const jobs = await queue.findJobs(EVALUATIONS, { key: submission.teamId, data: { evaluationId }, db });
  const live = jobs.filter(({ state }) => state === 'created' || state === 'retry' || state === 'active');
  const ids = live.map(({ id }) => id);
  if (ids.length > 0) await queue.cancel(EVALUATIONS, ids, { db });
  return { ...submission, tag: live.length > 0 ? -Math.max(...live.map(({ priority }) => priority)) : null };
}

/** See lib/domain/evaluations/queue-order.ts. */
async function nextTag(tx: Transaction, teamId: string, evaluationId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ lastTag: number | null; expectedSeconds: number; now: Date }[]>`
    SELECT now() AS now,
      (SELECT max(-priority) FROM pgboss.job
        WHERE name = ${EVALUATIONS} AND singleton_key = ${teamId} AND state IN ('created', 'retry', 'active')
      ) AS "lastTag",
      coalesce(
        (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM (
          SELECT extract(epoch FROM ended."finishedAt" - ended."startedAt") AS seconds
          FROM "Evaluation" ended JOIN "Submission" of ON of.id = ended."submissionId"
          WHERE of."phaseId" = phase.id AND ended.state = 'SCORED'
          ORDER BY ended."finishedAt" DESC LIMIT ${RECENT}
        ) recent),
        -- Until something of the phase has ended, the most that it can take.
        (phase.limits->>'timeLimitSeconds')::float8 * this."caseCount"
      ) AS "expectedSeconds"
    FROM "Evaluation" this
    JOIN "Submission" submission ON submission.id = this."submissionId"
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    WHERE this.id = ${evaluationId}::uuid`;
  if (!row) throw new Error(`There is no evaluation ${evaluationId}.`);
  return queueTag(row);
}

/** Evaluations that wait, in the order in which they are due. Those that wait for a pause to end are there too. */
export async function readQueueOrder(db: Transaction): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT data->>'evaluationId' AS id FROM pgboss.job
    WHERE name = ${EVALUATIONS} AND state IN ('created', 'retry')
    ORDER BY priority DESC, created_on`;
  return rows.map(({ id }) => id);
}

/** What `pg_notify` announces when something may have come into the queue. */
export const EVALUATION_QUEUED = 'evaluation_queued';
/** Delays and retries come due without an announcement. */
const LOOK_EVERY_MS = 2000;
const HEARTBEATS = 3;

export interface WorkOptions {
  /** Phases of which nothing may be delivered; null: nothing at all for now. Asked before each delivery. */
  refuses(): Promise<readonly string[] | null>;
  /** Calls `wake` when something may have been queued; returns how to stop. */
  watch(wake: () => void): () => void;
  /** Faults of the queue itself: reported, and tried again. */
  onError(error: Error): void;
  signal: AbortSignal;
}

/**
 * Hands out one evaluation after another until aborted; resolves when the last handler has ended. One that
 * throws gets its job back later (2 s, then longer, at most 60 s). A job that is taken away meanwhile is no
 * reason to stop: the row's lease decides whose the evaluation is.
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
      // Before the look: what is queued during it is looked for again.
      wake = new AbortController();
      const delivered = await deliverNext(queue, options, handle).catch((error: Error) => {
        options.onError(error);
        return false;
      });
      if (delivered) continue;
      const either = AbortSignal.any([signal, wake.signal]);
      await sleep(LOOK_EVERY_MS, undefined, { signal: either }).catch(() => undefined);
    }
  } finally {
    unwatch();
  }
}

/** Delivers one job, if one is due; false where there was none. Throws where the queue can't be reached. */
async function deliverNext(
  queue: EvaluationQueue,
  { refuses, onError }: WorkOptions,
  handle: (evaluationId: string) => Promise<void>,
): Promise<boolean> {
  const ignored = await refuses();
  if (ignored === null) return false;
  const [job] = await queue.fetch<unknown>(EVALUATIONS, { ignoreGroups: [...ignored] });
  if (!job) return false;
  // A phase that came into the queue after the question: it is left to others a moment later.
  if (job.groupId && ((await refuses()) ?? [job.groupId]).includes(job.groupId)) {
    await queue.fail(EVALUATIONS, delivery(job), new Error('Beyond the runner that it was given to.'));
    return false;
  }
  const touch = () => void queue.touch(EVALUATIONS, [delivery(job)]).catch(onError);
  const heartbeat = setInterval(touch, (HEARTBEAT_SECONDS * 1000) / HEARTBEATS);
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

/** Names the delivery, not the job: one that was given to somebody else meanwhile is left alone. */
function delivery({ id, retryCount }: Job<unknown>): { id: string; retryCount: number } {
  return { id, retryCount };
}

function databaseOf(tx: Transaction): Db {
  return fromPrisma(tx as unknown as Parameters<typeof fromPrisma>[0]);
}
