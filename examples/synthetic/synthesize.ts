import { Worker } from 'node:worker_threads';
import type { LoadedTemplate } from './anatomy/template-file.ts';
import { type DatasetOptions, openDataset } from './dataset.ts';
import { writeTables } from './variants/tables.ts';
import type { WorkerStart } from './worker.ts';

export interface SynthesisRequest extends Omit<DatasetOptions, 'templateSha256'> {
  caseCount: number;
  threads: number;
  /** Resumes in a folder that an earlier run with the same arguments left. */
  resume: boolean;
  template: LoadedTemplate;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Generates a whole dataset on disk, several cases at a time. Throws DatasetError if the folder is not
 * suitable.
 */
export async function synthesizeDataset(request: SynthesisRequest): Promise<{ made: number; kept: number }> {
  const { out, seed, prefix, preview, variant, template, caseCount, onProgress } = request;
  const templateSha256 = template.sha256;
  const options: DatasetOptions = { out, seed, prefix, preview, variant, templateSha256 };
  const finished = await openDataset(options, request.resume);
  const open = Array.from({ length: caseCount }, (_, index) => index).filter((index) => !finished.has(index));
  const kept = caseCount - open.length;
  onProgress?.(kept, caseCount);
  const made = open.length;
  await makeCases(open, { options, template: template.template }, request.threads, (done) =>
    onProgress?.(kept + done, caseCount),
  );
  await writeTables(
    options,
    Math.max(caseCount, ...[...finished].map((index) => index + 1)),
    template.fileName,
  );
  return { made, kept };
}

/** Distributes the indices to threads one by one; the first error stops all of them. */
async function makeCases(
  open: number[],
  start: WorkerStart,
  threads: number,
  onCase: (done: number) => void,
): Promise<void> {
  let done = 0;
  const workers: Worker[] = [];
  const runThread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: start });
      workers.push(worker);
      const next = () => {
        const index = open.shift();
        if (index === undefined) resolve();
        else worker.postMessage(index);
      };
      worker.on('message', () => {
        onCase(++done);
        next();
      });
      worker.on('error', reject);
      // After the last case, the promise is settled and this has no effect.
      worker.on('exit', (code) =>
        reject(new Error(`A thread exited with code ${code} before its case was finished.`)),
      );
      next();
    });
  try {
    await Promise.all(Array.from({ length: Math.min(threads, open.length) }, runThread));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
