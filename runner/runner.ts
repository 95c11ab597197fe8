import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PlatformFault } from '#lib/domain/codes.ts';
import { type Database, openDatabase } from '#lib/server/database.ts';
import { type Notifications, openNotifications } from '#lib/server/notifications.ts';
import { type EvaluationQueue, openQueue, workEvaluations } from '#lib/server/queue.ts';
import { claimEvaluation } from '#lib/server/runs/claim-evaluation.ts';
import { handBack, requeueAbandoned } from '#lib/server/runs/finish-evaluation.ts';
import { type Lease, LeaseLost } from '#lib/server/runs/lease.ts';
import { registerRunner, reportAlive } from '#lib/server/runs/register-runner.ts';
import { openStore } from '#lib/server/store.ts';
import type { RunnerEnvironment } from './environment.ts';
import { type EvaluateDeps, evaluate } from './evaluate.ts';
import { openImageCache } from './image-cache.ts';
import { keepLease } from './keep-lease.ts';
import { openPredictionStore, sweepPredictions } from './kept-predictions.ts';
import { loadOrCreateKey } from './key.ts';
import { lockRunner } from './lock.ts';
import type { Logger } from './log.ts';
import { openSandbox } from './sandbox/sandbox.ts';
import { ScoringPool } from './scoring/pool.ts';

const ALIVE_EVERY_MS = 10_000;
const SWEEP_PREDICTIONS_EVERY_MS = 3_600_000;

export interface RunningRunner {
  /** Hands back what runs, removes its containers and closes everything. */
  stop(): Promise<void>;
}

/** Wires a runner together and sets it to work. Throws where it can't: no key, no engine, no database. */
export async function startRunner(environment: RunnerEnvironment, log: Logger): Promise<RunningRunner> {
  await mkdir(environment.home, { recursive: true, mode: 0o700 });
  const key = await loadOrCreateKey(environment.home);
  log.info({ recipient: key.recipient }, 'test sets are sealed to this key');

  const lock = await lockRunner(environment.databaseUrl, environment.name, log);
  const sandbox = await openSandbox({
    runner: environment.name,
    scratch: path.join(environment.home, 'scratch'),
  });
  const db = openDatabase(environment.databaseUrl, { idleTransactionMs: environment.leaseSeconds * 1000 });
  const onError = (error: Error) => log.warn({ err: error }, 'the database or the queue');
  const queue = await openQueue(environment.databaseUrl, { purpose: 'work', onError });
  const notifications = openNotifications(environment.databaseUrl, onError);
  const scoring = new ScoringPool({ threads: Math.max(1, Math.floor(environment.cpus)) });
  const store = await openStore(environment.storeFolder);
  const predictions = openPredictionStore(environment.storeFolder);

  const runnerId = await registerRunner(db, {
    name: environment.name,
    recipient: key.recipient,
    host: { ...sandbox.host, cpus: environment.cpus, memoryMib: environment.memoryMib },
  });
  // What an earlier process of this runner left behind, before anything new is started.
  await sandbox.sweep();
  const abandoned = await requeueAbandoned(db, queue, runnerId);
  if (abandoned.length > 0) log.info({ evaluations: abandoned }, 'going on with what was interrupted');

  const drain = new AbortController();
  const deps: EvaluateDeps = {
    db,
    store,
    predictions,
    key,
    images: openImageCache({ sandbox, store, file: path.join(environment.home, 'images.json') }),
    scoring,
    runCases: sandbox.runCases,
    cpus: environment.cpus,
    memoryMib: environment.memoryMib,
    log,
  };
  const forgetPredictions = async (): Promise<void> => {
    try {
      const files = await sweepPredictions(db, predictions);
      if (files > 0) log.info({ files }, 'removed kept predictions whose time is up');
    } catch (error) {
      log.warn({ err: error }, 'kept predictions were not swept; tried again in an hour');
    }
  };
  let forgetting = forgetPredictions();
  const timers = [
    setInterval(() => void reportAlive(db, runnerId).catch(onError), ALIVE_EVERY_MS),
    setInterval(() => void requeueAbandoned(db, queue, null).catch(onError), environment.leaseSeconds * 250),
    setInterval(() => {
      forgetting = forgetPredictions();
    }, SWEEP_PREDICTIONS_EVERY_MS),
  ];
  await workEvaluations(queue, { concurrency: 1 }, async (evaluationId) => {
    // An engine that is gone costs the evaluation nothing: the job comes back later.
    await sandbox.ping();
    await handle(
      { deps, queue, notifications },
      { evaluationId, runnerId, leaseSeconds: environment.leaseSeconds },
      drain.signal,
    );
  });
  log.info({ cpus: environment.cpus, memoryMib: environment.memoryMib }, 'waiting for evaluations');

  return {
    async stop() {
      drain.abort(new PlatformFault('RUNNER_STOPPED', 'The runner was stopped.'));
      for (const timer of timers) clearInterval(timer);
      await queue.stop({ graceful: true });
      await forgetting;
      await scoring.close();
      await notifications.close();
      await sandbox.close();
      await lock.release();
      await db.$disconnect();
    },
  };
}

/** One job: claims the evaluation, runs it, and gives it back to the queue where we are at fault. */
async function handle(
  {
    deps,
    queue,
    notifications,
  }: { deps: EvaluateDeps; queue: EvaluationQueue; notifications: Notifications },
  ids: { evaluationId: string; runnerId: string; leaseSeconds: number },
  signal: AbortSignal,
): Promise<void> {
  const claim = await claimEvaluation(deps.db, ids);
  if (!claim) return;
  const log = deps.log.child({ evaluation: ids.evaluationId });
  log.info({ cases: claim.evaluation.caseCount, scored: claim.evaluation.caseScores.length }, 'claimed');
  const kept = keepLease(deps.db, claim.lease);
  // A cancelled evaluation is noticed by its notification, not at the next renewal.
  const unwatch = notifications.watch(ids.evaluationId, kept.check);
  try {
    await evaluate({ ...deps, log }, claim, AbortSignal.any([signal, kept.signal]));
    log.info('ended');
  } catch (error) {
    await handBackAfter(error, { db: deps.db, queue, lease: claim.lease, log });
  } finally {
    unwatch();
    kept.stop();
  }
}

async function handBackAfter(
  error: unknown,
  { db, queue, lease, log }: { db: Database; queue: EvaluationQueue; lease: Lease; log: Logger },
): Promise<void> {
  try {
    if (error instanceof LeaseLost) throw error;
    const fault =
      error instanceof PlatformFault ? error : new PlatformFault('INTERNAL', String(error), { cause: error });
    if (fault.code === 'RUNNER_STOPPED') log.info('handed back');
    else log.error({ err: error, code: fault.code }, 'a fault of the platform');
    await handBack(db, queue, lease, fault);
  } catch (lost) {
    if (!(lost instanceof LeaseLost)) throw lost;
    log.info('no longer ours: cancelled or taken over');
  }
}
