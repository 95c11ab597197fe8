/**
 * Implements the contracts: the same algorithm as a program that ends (`exec`), as a server (`invoke`) and
 * for a dataset (`batch`). See docs/participants/container-contracts.md. The image's command selects the
 * contract:
 *
 *   algorithm.mjs [exec | invoke | batch] [ROOT] [PORT]
 */

import type { Segmenter } from '#examples/algorithms/volumes/scan-file.ts';
import { segmentDataset } from './batch.ts';
import { type CaseFolder, openCase } from './case-folder.ts';
import { contractSchema } from './contract.ts';
import { log, logFailure } from './log.ts';
import { serveCases } from './serve.ts';
import { segmentCase } from './t1-case.ts';

/** Reads the inputs of one case and writes its outputs. Throws on errors. */
export type CaseAlgorithm = (folder: CaseFolder) => void;

/** Runs an algorithm of the task stroke-t1: one scan, one mask. */
export function runAlgorithm(name: string, segment: Segmenter): void {
  runCases(
    name,
    (folder) => segmentCase(folder, segment),
    (root) => segmentDataset(root, segment),
  );
}

/**
 * Runs an algorithm of any task. Exits with code 1 and logs the reason if a single case or the start fails.
 *
 * @param answerDataset answers the contract `batch`, which not every algorithm implements.
 */
export function runCases(
  name: string,
  answerCase: CaseAlgorithm,
  answerDataset: (root: string) => void = () => {
    throw new Error(`${name} has no contract batch`);
  },
): void {
  const [contract = 'exec', root = '/', port = '4743'] = process.argv.slice(2);
  try {
    log(`${name}: ${process.env['HELDOUT_CPUS'] ?? 'all'} CPUs, ${memoryMib()} MiB`);
    switch (contractSchema.parse(contract)) {
      case 'exec':
        answerCase(openCase(root));
        break;
      case 'invoke':
        serveCases(Number(port), () => answerCase(openCase(root)));
        break;
      case 'batch':
        answerDataset(root);
    }
  } catch (error) {
    logFailure(error);
    process.exitCode = 1;
  }
}

function memoryMib(): string {
  const bytes = Number(process.env['HELDOUT_MEMORY_BYTES']);
  return bytes > 0 ? String(Math.round(bytes / 2 ** 20)) : 'unlimited';
}
