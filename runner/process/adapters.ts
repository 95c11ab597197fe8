import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { type Notifications, openNotifications } from '#lib/platform/notifications.ts';
import { type EvaluationQueue, openQueue } from '#lib/platform/queue/queue.ts';
import { openStore, type Store } from '#lib/platform/storage/store.ts';
import type { RunnerEnvironment } from '#runner/environment.ts';
import type { Logger } from '#runner/log.ts';
import { openPredictionStore } from '#runner/pipeline/kept-predictions.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { lockRunner } from './lock.ts';

/** The resources that stay open while the process runs. */
export interface Adapters {
  key: RunnerKey;
  /** Prevents other processes from running under this runner's name. */
  lock: Awaited<ReturnType<typeof lockRunner>>;
  sandbox: Sandbox;
  db: Database;
  queue: EvaluationQueue;
  notifications: Notifications;
  scoring: ScoringPool;
  store: Store;
  predictions: Store;
}

/**
 * Throws if the key, the engine or the database isn't available, or another process uses the runner's name.
 */
export async function openAdapters(
  { home, name, databaseUrl, storeFolder, cpus, leaseSeconds }: RunnerEnvironment,
  log: Logger,
  onError: (error: Error) => void,
): Promise<Adapters> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const key = await loadOrCreateKey(home);
  log.info({ recipient: key.recipient }, 'test sets are sealed to this key');
  return {
    key,
    lock: await lockRunner(databaseUrl, name, log),
    sandbox: await openSandbox({
      runner: containerOwner(name, key.recipient),
      scratch: path.join(home, 'scratch'),
    }),
    db: openDatabase(databaseUrl, { idleTransactionMs: leaseSeconds * 1000 }),
    queue: await openQueue(databaseUrl, { purpose: 'work', onError }),
    notifications: openNotifications(databaseUrl, onError),
    scoring: new ScoringPool({ threads: Math.max(1, Math.floor(cpus)) }),
    store: openStore(storeFolder),
    predictions: openPredictionStore(storeFolder),
  };
}

/** Call it only when no evaluation is running. */
export async function closeAdapters(adapters: Adapters): Promise<void> {
  const { queue, scoring, notifications, sandbox, lock, db } = adapters;
  await queue.stop({ graceful: true });
  await scoring.close();
  await notifications.close();
  await sandbox.close();
  await lock.release();
  await db.$disconnect();
}

/**
 * Identifies this runner's containers on a shared engine. A name is only unique within its database, and by
 * default every installation names its first runner after the host. Without the key, a demo would remove the
 * containers of another installation on the same host.
 */
function containerOwner(name: string, recipient: string): string {
  return `${name} ${recipient}`;
}
