import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '#lib/platform/database.ts';
import { computeSnapshot } from './compute-snapshot.ts';
import { RankingMemories } from './ranking-memories.ts';

/** Runs in a worker thread: computes the ranking of each phase that it is sent, one at a time. */
const { databaseUrl } = workerData as { databaseUrl: string };
const port = parentPort!;
const db = openDatabase(databaseUrl, { connections: 1 });
const memories = new RankingMemories();

export interface RankingReply {
  phaseId: string;
  /** null if the snapshot was stored. */
  error: string | null;
}

/** One at a time: they would only compete for the thread and its connection. */
let last: Promise<void> = Promise.resolve();
port.on('message', (phaseId: string) => {
  last = last
    .then(() => computeSnapshot(db, phaseId, memories))
    .then(
      () => port.postMessage({ phaseId, error: null } satisfies RankingReply),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        port.postMessage({ phaseId, error: text } satisfies RankingReply);
      },
    );
});
