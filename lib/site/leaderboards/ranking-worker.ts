import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '#lib/platform/database.ts';
import { computeSnapshot } from './compute-snapshot.ts';
import type { StalePart } from './inputs/staleness.ts';
import { RankingMemories } from './ranking-memories.ts';
import { rankNextStratum } from './strata/rank-stratum.ts';

/** Runs in a worker thread: computes what it is sent of phases' rankings, one at a time. */
const { databaseUrl } = workerData as { databaseUrl: string };
const port = parentPort!;
const db = openDatabase(databaseUrl, { connections: 1 });
const memories = new RankingMemories();

export interface RankingWork {
  phaseId: string;
  /** Of the strata, one: a new score is ranked before the next one. */
  part: StalePart;
}

export interface RankingReply {
  phaseId: string;
  /** null if it was stored. */
  error: string | null;
}

/** One at a time: they would only compete for the thread and its connection. */
let last: Promise<void> = Promise.resolve();
port.on('message', ({ phaseId, part }: RankingWork) => {
  last = last
    .then(() => (part === 'ranking' ? computeSnapshot(db, phaseId, memories) : rankNextStratum(db, phaseId)))
    .then(
      () => port.postMessage({ phaseId, error: null } satisfies RankingReply),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        port.postMessage({ phaseId, error: text } satisfies RankingReply);
      },
    );
});
