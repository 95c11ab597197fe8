/**
 * Implements the contracts: the same segmentation as a program that ends (`exec`), as a server (`invoke`) and
 * for a dataset (`batch`). See docs/participants/container-contracts.md. The image's command selects the
 * contract:
 *
 *   algorithm.mjs [exec | invoke | batch] [ROOT] [PORT]
 */

import type { Segmenter } from '#examples/algorithms/volumes/scan-file.ts';
import { segmentDataset } from './batch.ts';
import { answerCase } from './case.ts';
import { type Contract, contractSchema } from './contract.ts';
import { log, logFailure } from './log.ts';
import { serveCases } from './serve.ts';

/** Exits with code 1 and logs the reason if a single scan or the start fails. */
export function runAlgorithm(name: string, segment: Segmenter): void {
  const [contract = 'exec', root = '/', port = '4743'] = process.argv.slice(2);
  try {
    log(`${name}: ${process.env['HELDOUT_CPUS'] ?? 'all'} CPUs, ${memoryMib()} MiB`);
    answerContract(contractSchema.parse(contract), root, Number(port), segment);
  } catch (error) {
    logFailure(error);
    process.exitCode = 1;
  }
}

function answerContract(contract: Contract, root: string, port: number, segment: Segmenter): void {
  if (contract === 'invoke') serveCases(root, port, segment);
  else if (contract === 'batch') segmentDataset(root, segment);
  else answerCase(root, segment);
}

function memoryMib(): string {
  const bytes = Number(process.env['HELDOUT_MEMORY_BYTES']);
  return bytes > 0 ? String(Math.round(bytes / 2 ** 20)) : 'unlimited';
}
