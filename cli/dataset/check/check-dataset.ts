import { availableParallelism } from 'node:os';
import type { Dataset } from '#cli/dataset/case.ts';
import { caseSealing, type SealingPlace } from '#cli/testset/case-sealing.ts';
import { inParallel } from '#runner/concurrency.ts';
import { WorkerPool } from '#runner/scoring/workers/worker-pool.ts';
import type { CheckedCase, CheckRequest } from './check-case.ts';
import { type CheckedDataset, collectCases } from './checked-cases.ts';
import type { PrepareOptions } from './prepare-case.ts';
import type { SealPlan } from './sealed-parts.ts';

export interface CheckRun extends PrepareOptions {
  /** What a task needs of each case; null for a check without a task. */
  plan: SealPlan | null;
  /** Seals what the plan names of accepted cases to this recipient, into this folder. */
  sealing: SealingPlace | null;
  signal?: AbortSignal | undefined;
  onProgress(done: number, total: number): void;
}

/** MiB for the objects of a thread; voxels are outside of its heap. */
const HEAP_MIB = 512;
/** Starting a thread takes as long as checking a few cases. */
const CASES_PER_THREAD = 3;

/**
 * Checks the cases of a data set, one at a time on each core, so that memory doesn't grow with their number but for a
 * few KB of facts. Throws the signal's reason.
 */
export async function checkDataset(dataset: Dataset, run: CheckRun): Promise<CheckedDataset> {
  const { signal, onProgress, plan, sealing, ...options } = run;
  const threads = Math.max(
    1,
    Math.min(availableParallelism(), Math.ceil(dataset.cases.length / CASES_PER_THREAD)),
  );
  const pool = new WorkerPool<CheckRequest>({
    script: new URL('./check-worker.ts', import.meta.url),
    workerData: null,
    threads,
    heapMib: HEAP_MIB,
    copyOf: (request) => ({ copy: request, transfer: [] }),
    died: (tries, why, cause) =>
      new Error(`${tries} threads ended while they read this case: ${why}`, { cause }),
  });
  const checked: CheckedCase[] = [];
  try {
    const numbered = dataset.cases.map((source, index) => ({ source, index }));
    onProgress(0, numbered.length);
    await inParallel(
      numbered,
      // The next case waits while the threads are busy, so that none of them waits for its header.
      threads + 1,
      async ({ source, index }) => {
        const request = { source, options, plan, sealing: sealing && (await caseSealing(sealing, index)) };
        checked.push((await pool.run(request, signal)) as CheckedCase);
        onProgress(checked.length, numbered.length);
      },
      () => undefined,
    );
  } finally {
    await pool.close();
  }
  return await collectCases(dataset, checked, signal);
}
