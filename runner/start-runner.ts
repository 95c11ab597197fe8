import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { type RunnerCapabilities, runnerCapabilitiesSchema } from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import { findUnsupportedPhases } from '#lib/evaluations/find-unsupported-phases.ts';
import { requeueAbandoned } from '#lib/evaluations/finish-evaluation.ts';
import { registerRunner, reportAlive } from '#lib/evaluations/register-runner.ts';
import { openDatabase } from '#lib/platform/database.ts';
import { openNotifications } from '#lib/platform/notifications.ts';
import { openQueue, workQueue } from '#lib/platform/queue/queue.ts';
import { openStore } from '#lib/platform/storage/store.ts';
import type { RunnerEnvironment } from './environment.ts';
import { checkHealth } from './health.ts';
import { openImageCache } from './images/image-cache.ts';
import { lockRunner } from './lock.ts';
import type { Logger } from './log.ts';
import { claimAndEvaluate } from './pipeline/claim-and-evaluate.ts';
import type { EvaluateDeps } from './pipeline/evaluate.ts';
import { openPredictionStore, sweepPredictions } from './pipeline/kept-predictions.ts';
import { repeat } from './repeat.ts';
import { openSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { ScoringPool } from './scoring/workers/pool.ts';
import { loadOrCreateKey } from './secrets/key.ts';

const ALIVE_EVERY_MS = 10_000;
const SWEEP_PREDICTIONS_EVERY_MS = 3_600_000;
/** Looks for abandoned evaluations, in the length of a lease. */
const SWEEPS = 4;

export interface RunningRunner {
  /** Hands back what runs, removes its containers and closes everything. */
  stop(): Promise<void>;
}

/**
 * Whose containers are whose on one engine. A name is unique in its database alone, and every installation names its
 * first runner after the host: without the key a demo would sweep away what the installation beside it runs.
 */
function containerOwner(name: string, recipient: string): string {
  return `${name} ${recipient}`;
}

/** Wires a runner together and sets it to work. Throws where it can't: no key, no engine, no database. */
export async function startRunner(environment: RunnerEnvironment, log: Logger): Promise<RunningRunner> {
  const { home, name, databaseUrl, storeFolder, cpus, memoryMib, leaseSeconds } = environment;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const key = await loadOrCreateKey(home);
  log.info({ recipient: key.recipient }, 'test sets are sealed to this key');

  const lock = await lockRunner(databaseUrl, name, log);
  const sandbox = await openSandbox({
    runner: containerOwner(name, key.recipient),
    scratch: path.join(home, 'scratch'),
  });
  const db = openDatabase(databaseUrl, { idleTransactionMs: leaseSeconds * 1000 });
  const onError = (error: Error) => log.warn({ err: error }, 'the database or the queue');
  const queue = await openQueue(databaseUrl, { purpose: 'work', onError });
  const notifications = openNotifications(databaseUrl, onError);
  const scoring = new ScoringPool({ threads: Math.max(1, Math.floor(cpus)) });
  const store = openStore(storeFolder);
  const predictions = openPredictionStore(storeFolder);

  const capabilities = capabilitiesOf(environment, sandbox);
  const { recipient } = key;
  const host = { ...sandbox.host, ...capabilities };
  const runnerId = await registerRunner(db, { name, recipient, host });
  // What an earlier process of this runner left behind, before anything new is started.
  await sandbox.sweep();
  const abandoned = await requeueAbandoned(db, queue, { runnerId, graceSeconds: leaseSeconds });
  if (abandoned.length > 0) log.info({ evaluations: abandoned }, 'going on with what was interrupted');

  const images = await openImageCache({
    sandbox,
    store,
    file: path.join(home, 'images.json'),
    engineFolder: sandbox.host.engine.dataFolder,
    budgetBytes: imagesBudget(environment, sandbox),
    log,
  });
  const deps: EvaluateDeps = {
    db,
    store,
    predictions,
    key,
    images,
    scoring,
    sandbox,
    cpus,
    memoryMib,
    log,
  };
  const drain = new AbortController();
  let running = 0;
  const unsupported = new Map<string, string>();
  const folders = [home, sandbox.host.engine.dataFolder];
  let status: RunnerHealth['status'] | null = null;
  let drainedAt: RunnerHealth['drainedAt'] = null;
  const report = async () => {
    const health = await checkHealth({ sandbox, folders });
    status = health.status;
    const found = [...unsupported].map(([phaseId, needs]) => ({ phaseId, needs }));
    await reportAlive(db, runnerId, { ...health, running, drainedAt, unsupported: found });
  };
  const lookForAbandoned = () => requeueAbandoned(db, queue, { runnerId: null, graceSeconds: leaseSeconds });
  const forgetPredictions = async () => {
    const files = await sweepPredictions(db, predictions);
    if (files > 0) log.info({ files }, 'removed kept predictions whose time is up');
  };
  const chores = [
    repeat(ALIVE_EVERY_MS, report, onError),
    repeat((leaseSeconds * 1000) / SWEEPS, lookForAbandoned, onError),
    repeat(SWEEP_PREDICTIONS_EVERY_MS, forgetPredictions, onError),
  ];
  const options = {
    // An engine that is gone and a disk that is full cost no evaluation anything: it stays in the queue.
    async refuses() {
      await images.keepReserve();
      const health = await checkHealth({ sandbox, folders });
      // Organizers hear of a change at once.
      if (health.status !== status) await report();
      if (health.status !== 'ok') return null;
      return [...unsupported.keys(), ...(await findUnsupportedPhases(db, { ...capabilities, recipient }))];
    },
    watch: notifications.watchQueue,
    onError,
    signal: drain.signal,
  };
  const onUnsupported = (phaseId: string, needs: string) => {
    unsupported.set(phaseId, needs);
    log.warn({ phase: phaseId, needs }, 'leaves a phase to others');
    report().catch(onError);
  };
  const working = workQueue(queue, options, async (evaluationId) => {
    running = 1;
    const ids = { evaluationId, runnerId, leaseSeconds };
    await claimAndEvaluate({ deps, queue, notifications, onUnsupported }, ids, drain.signal).finally(() => {
      running = 0;
    });
  });
  log.info({ cpus, memoryMib }, 'waiting for evaluations');

  return {
    async stop() {
      drain.abort(new PlatformError('RUNNER_STOPPED', 'The runner was stopped.'));
      drainedAt = new Date().toISOString();
      await Promise.all([working, report().catch(onError)]);
      for (const chore of chores) await chore.stop();
      await queue.stop({ graceful: true });
      await scoring.close();
      await notifications.close();
      await sandbox.close();
      await lock.release();
      await db.$disconnect();
    },
  };
}

function imagesBudget({ imagesMib }: RunnerEnvironment, { host }: Sandbox): number {
  if (imagesMib !== null) return imagesMib * 2 ** 20;
  return host.disk ? host.disk.totalBytes / 2 : Number.POSITIVE_INFINITY;
}

function capabilitiesOf({ cpus, memoryMib }: RunnerEnvironment, { host }: Sandbox): RunnerCapabilities {
  // The engine refuses a container that asks for more processors than it has.
  const given = { cpus: Math.min(cpus, host.engine.cpus), memoryMib };
  return runnerCapabilitiesSchema.parse({ ...host, ...given });
}
