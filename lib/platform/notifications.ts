import pg from 'pg';
import type { Transaction } from './database.ts';
import { EVALUATION_QUEUED } from './queue/names.ts';

/**
 * Changes that PostgreSQL announces at each commit. One connection per process serves all watchers.
 * Notifications may be missed while the connection is lost, so every watcher is woken once when it is back.
 */
export interface Notifications {
  /** Calls `wake` at each change of the evaluation. Returns a function that stops watching. */
  watch(evaluationId: string, wake: () => void): () => void;
  /** Calls `wake` when an evaluation may have been queued. Returns a function that stops watching. */
  watchQueue(wake: () => void): () => void;
  /**
   * Calls `wake` with a phase whose scores changed, or with null if those of any phase may have. Returns a
   * function that stops watching.
   */
  watchScores(wake: (phaseId: string | null) => void): () => void;
  /** Calls `wake` when something that every visitor sees may have changed. Returns a function that stops watching. */
  watchPublic(wake: () => void): () => void;
  /** Whether changes are heard of at the moment. */
  isListening(): boolean;
  close(): Promise<void>;
}

/** Name of the channel; the payload is the evaluation's ID. */
export const EVALUATION_CHANGED = 'evaluation_changed';

/** Name of the channel; the payload is the phase's ID. */
export const SCORES_CHANGED = 'scores_changed';
/**
 * Name of the channel, without a payload. Triggers announce it (prisma/migrations), because every change counts,
 * whoever makes it.
 */
const PUBLIC_CHANGED = 'public_changed';

/** Notifies watching pages and runners when the transaction commits. */
export async function notifyEvaluationChanged(tx: Transaction, evaluationId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${EVALUATION_CHANGED}, ${evaluationId})`;
}

/** Makes the ranking of a phase out of date, after something else than a new score has changed it. */
export async function notifyScoresChanged(tx: Transaction, phaseId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Phase" SET "scoresVersion" = "scoresVersion" + 1 WHERE id = ${phaseId}::uuid AND "scoresVersion" > 0`;
  await tx.$executeRaw`SELECT pg_notify(${SCORES_CHANGED}, ${phaseId})`;
}

type Wake = (payload: string | null) => void;

const CHANNELS = [EVALUATION_CHANGED, EVALUATION_QUEUED, SCORES_CHANGED, PUBLIC_CHANGED];
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 10_000;

export function openNotifications(url: string, onError: (error: Error) => void): Notifications {
  /** By channel, or by evaluation. */
  const watchers = new Map<string, Set<Wake>>();
  let closed = false;
  let isListening = false;
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;

  const wakeAll = () => {
    for (const wakes of watchers.values()) for (const wake of wakes) wake(null);
  };
  const connectLater = () => {
    if (closed || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      void connect();
    }, retryMs);
    retry.unref();
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  };
  const handleLoss = (lost: pg.Client, error?: Error) => {
    if (client !== lost) return;
    client = null;
    isListening = false;
    if (error) onError(error);
    lost.end().catch(() => undefined);
    connectLater();
  };
  const connect = async () => {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5000 });
    client = fresh;
    fresh.on('error', (error) => handleLoss(fresh, error));
    fresh.on('end', () => handleLoss(fresh));
    fresh.on('notification', ({ channel, payload }) => {
      const watched = channel === EVALUATION_CHANGED ? (payload ?? '') : channel;
      for (const wake of watchers.get(watched) ?? []) wake(payload ?? null);
    });
    try {
      await fresh.connect();
      await fresh.query(CHANNELS.map((channel) => `LISTEN ${channel}`).join('; '));
      retryMs = FIRST_RETRY_MS;
      isListening = client === fresh;
      wakeAll();
    } catch (error) {
      handleLoss(fresh, error as Error);
    }
  };
  const connecting = connect();

  const watch = (watched: string, wake: Wake) => {
    const wakes = watchers.get(watched) ?? new Set();
    watchers.set(watched, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && watchers.get(watched) === wakes) watchers.delete(watched);
    };
  };
  return {
    watch: (evaluationId, wake) => watch(evaluationId, () => wake()),
    watchQueue: (wake) => watch(EVALUATION_QUEUED, () => wake()),
    watchScores: (wake) => watch(SCORES_CHANGED, wake),
    watchPublic: (wake) => watch(PUBLIC_CHANGED, () => wake()),
    isListening: () => isListening,
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await connecting;
      const last = client;
      client = null;
      isListening = false;
      await last?.end();
    },
  };
}
