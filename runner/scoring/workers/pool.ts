import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import type { ImageFormat } from '#lib/domain/tasks/sockets.ts';
import type { CaseOutcome, ScoringJob } from '#runner/scoring/score-case.ts';
import type { LabelledTruthFacts, TruthFacts } from '#runner/scoring/truth-facts.ts';
import type { WorkerData, WorkerRequest } from './worker-messages.ts';
import { WorkerPool } from './worker-pool.ts';

/**
 * Scores cases in worker threads, so that the process stays responsive and all cores are used. Each worker
 * has a memory limit for its heap and for the voxel data that it reads. A worker that dies (for example, out
 * of memory) is replaced and its job retried once. A job that kills two workers is rejected with
 * ScoringWorkerDied; other jobs are not affected.
 */

export interface ScoringPoolOptions {
  threads: number;
  /** Memory per thread in MiB: half for its heap, half for voxel data. Default 1024. */
  memoryLimitMib?: number;
}

/** Two worker threads in a row ended during a job. A platform error: the job can be retried. */
export class ScoringWorkerDied extends Error {
  override name = 'ScoringWorkerDied';
}

export class ScoringPool {
  private readonly pool: WorkerPool<WorkerRequest>;

  constructor({ threads, memoryLimitMib = 1024 }: ScoringPoolOptions) {
    const heapMib = memoryLimitMib / 2;
    const workerData: WorkerData = { maxVoxelBytes: Math.floor(heapMib * 1024 * 1024) };
    this.pool = new WorkerPool({
      script: new URL('./worker.ts', import.meta.url),
      workerData,
      threads,
      heapMib,
      copyOf,
      died: (tries, why, cause) =>
        new ScoringWorkerDied(`${tries} scoring threads died during this case: ${why}`, { cause }),
    });
  }

  /**
   * Scores one case; see runner/scoring/score-case.ts. Does not change the caller's buffers.
   *
   * @throws ScoringWorkerDied if two workers in a row die during it, the signal's reason, or Error if the
   * truth can't be used.
   */
  async score(job: ScoringJob, signal?: AbortSignal): Promise<CaseOutcome> {
    const { metrics, labels, ...rest } = job;
    const request: WorkerRequest = {
      kind: 'score',
      job: { ...rest, ...(metrics && { metrics: [...metrics] }), ...(labels && { labels: [...labels] }) },
    };
    return (await this.pool.run(request, signal)) as CaseOutcome;
  }

  /** See runner/scoring/truth-facts.ts. */
  async truthFacts(truth: Uint8Array, signal?: AbortSignal): Promise<TruthFacts> {
    return (await this.pool.run({ kind: 'facts', bytes: truth }, signal)) as TruthFacts;
  }

  /** See runner/scoring/truth-facts.ts. */
  async labelledTruthFacts(
    truth: Uint8Array,
    labels: readonly MaskLabel[],
    signal?: AbortSignal,
  ): Promise<LabelledTruthFacts> {
    const request: WorkerRequest = { kind: 'facts', bytes: truth, labels: [...labels] };
    return (await this.pool.run(request, signal)) as LabelledTruthFacts;
  }

  /** See runner/imaging/rewrite.ts. */
  async rewriteImage(bytes: Uint8Array, format: ImageFormat, signal?: AbortSignal): Promise<Uint8Array> {
    return (await this.pool.run({ kind: 'rewrite', bytes, format }, signal)) as Uint8Array;
  }

  /** Ends all threads and rejects running and waiting jobs. */
  close(): Promise<void> {
    return this.pool.close();
  }
}

/**
 * Copies the request's files, so that the copies can be transferred and the originals are available for a
 * retry.
 */
function copyOf(request: WorkerRequest): { copy: WorkerRequest; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const transferableCopy = (bytes: Uint8Array) => {
    const copy = new Uint8Array(bytes);
    transfer.push(copy.buffer);
    return copy;
  };
  if (request.kind !== 'score')
    return { copy: { ...request, bytes: transferableCopy(request.bytes) }, transfer };
  const { truth, prediction, probabilityMap } = request.job;
  const files = { truth: transferableCopy(truth), prediction: transferableCopy(prediction) };
  const map = probabilityMap ? { probabilityMap: transferableCopy(probabilityMap) } : {};
  return { copy: { kind: 'score', job: { ...request.job, ...files, ...map } }, transfer };
}
