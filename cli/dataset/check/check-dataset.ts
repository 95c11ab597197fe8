import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { CaseFinding, Dataset } from '#cli/dataset/case.ts';
import { UNKNOWN_METADATA } from '#cli/dataset/files/metadata.ts';
import { inParallel } from '#runner/concurrency.ts';
import { WorkerPool } from '#runner/scoring/workers/worker-pool.ts';
import type { CaseSealing, CheckedCase, CheckRequest, SealedFile } from './check-case.ts';
import { findDuplicates } from './duplicates.ts';
import { type Finding, isError } from './findings.ts';
import type { PrepareOptions } from './prepare-case.ts';
import type { SealPlan } from './sealed-parts.ts';

export interface CheckRun extends PrepareOptions {
  /** What a task needs of each case; null for a check without a task. */
  plan: SealPlan | null;
  /** Seals what the plan names of accepted cases to this recipient, into this folder. */
  sealing: { recipient: string; folder: string } | null;
  signal?: AbortSignal | undefined;
  onProgress(done: number, total: number): void;
}

export interface CheckedDataset {
  dataset: Dataset;
  /** In the order of their names, with the cases that were refused before their files were opened. */
  cases: CheckedCase[];
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
  checked.push(...[...dataset.refused].map(([name, findings]) => refusedCase(name, findings)));
  checked.sort((a, b) => (a.source.name < b.source.name ? -1 : 1));
  await findDuplicates(checked, signal);
  return { dataset, cases: checked };
}

/** A thread gets headers made here, so that it starts without the age library, which takes a tenth of a second to load. */
async function caseSealing(
  { recipient, folder }: NonNullable<CheckRun['sealing']>,
  index: number,
): Promise<CaseSealing> {
  const { newHeader } = await import('#runner/secrets/seal.ts');
  const file = async (role: SealedFile['role']) => {
    return { path: path.join(folder, `${index}-${role}.age`), header: await newHeader(recipient) };
  };
  return { files: { inputs: await file('inputs'), truths: await file('truths') } };
}

function refusedCase(name: string, findings: readonly CaseFinding[]): CheckedCase {
  return {
    source: { name, inputs: {}, truths: {}, values: {}, metadata: UNKNOWN_METADATA, strata: {} },
    findings: findings.map((finding): Finding => ({ code: 'incomplete', ...finding })),
    inputs: [],
    truths: [],
    headerTexts: [],
    sealed: [],
    scoredFacts: null,
  };
}

export function isAccepted({ findings }: CheckedCase): boolean {
  return !findings.some(isError);
}

/** "sub-a: scan and mask are 0.5 mm apart …" for each error. */
export function errorLines(cases: readonly CheckedCase[]): string[] {
  return cases.flatMap(({ source, findings }) =>
    findings.filter(isError).map(({ message }) => `${source.name}: ${message}`),
  );
}
