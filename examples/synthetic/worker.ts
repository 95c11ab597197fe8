import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { Template } from './anatomy/template.ts';
import { paintCase } from './case.ts';
import { type DatasetOptions, writeCase } from './dataset.ts';

/** A thread that generates cases: receives an index, writes the case, answers with the index. */
export interface WorkerStart {
  options: DatasetOptions;
  template: Template;
}

const { options, template } = workerData as WorkerStart;

parentPort?.on('message', async (message: unknown) => {
  const index = z.int().min(0).parse(message);
  await writeCase(options, paintCase(template, options.seed, index, options.variant === 'tissues'));
  parentPort?.postMessage(index);
});
