import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RankingReply, RankingWork } from './ranking-worker.ts';

/** Of the thread: a ranking of 500 teams needs half of it, and without limits Node would keep three times as much. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/**
 * A worker thread that computes rankings, started with the first one. Node runs its file as it is, outside of
 * Next's bundles, so its path is relative to the folder that the site is started in.
 */
export class RankingThread {
  readonly #databaseUrl: string;
  #worker: Worker | null = null;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  /** Computes and stores a part of the phase's rankings. Not called again for a phase before it has ended. */
  compute(work: RankingWork): Promise<void> {
    const result = Promise.withResolvers<void>();
    this.#waiting.set(work.phaseId, result);
    this.#worker ??= this.#start();
    this.#worker.postMessage(work);
    return result.promise;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const path = join(/*turbopackIgnore: true*/ process.cwd(), 'lib/site/leaderboards/ranking-worker.ts');
    const worker = new Worker(path, {
      workerData: { databaseUrl: this.#databaseUrl },
      resourceLimits: HEAP_LIMITS,
    });
    // A site that is stopped doesn't wait for a ranking: the next process computes it.
    worker.unref();
    worker.on('message', ({ phaseId, error }: RankingReply) => {
      const result = this.#waiting.get(phaseId);
      this.#waiting.delete(phaseId);
      if (error === null) result?.resolve();
      else result?.reject(new Error(error));
    });
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      this.#worker = null;
      for (const result of this.#waiting.values()) {
        result.reject(new Error('The ranking thread ended.', { cause }));
      }
      this.#waiting.clear();
    });
    return worker;
  }
}
