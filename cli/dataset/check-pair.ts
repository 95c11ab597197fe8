import { readFile } from 'node:fs/promises';
import { CommandError } from '#cli/command.ts';
import { canonicalHeader } from '#runner/imaging/canonical.ts';
import { type CanonicalPair, canonicalPair, type ImageFile } from '#runner/imaging/canonical-pair.ts';
import { readImage } from '#runner/imaging/read.ts';
import { type TruthFacts, truthFacts } from '#runner/scoring/truth-facts.ts';
import type { DatasetCase } from './dataset.ts';

interface PairFiles {
  scanPath: string;
  truthPath: string;
}

interface PairOptions {
  /** Accepts a scan whose axes are not at right angles. */
  allowsShear: boolean;
}

export interface Pair extends CanonicalPair {
  /** The bytes of the two files. */
  files: { scan: Uint8Array; truth: Uint8Array };
}

/**
 * Reads a scan and its true mask, checks that they share a grid, and makes their headers canonical. The error
 * message follows the case’s name.
 */
export async function readPair(
  { scanPath, truthPath }: PairFiles,
  options: PairOptions = { allowsShear: true },
): Promise<Pair> {
  const [scan, truth] = await Promise.all([readFileAsImage(scanPath), readFileAsImage(truthPath)]);
  return { ...canonicalPair(scan, truth, options), files: { scan: scan.bytes, truth: truth.bytes } };
}

/** The same, with the facts about the mask. */
export async function checkPair(
  paths: PairFiles,
  options?: PairOptions,
): Promise<Pair & { facts: TruthFacts }> {
  const pair = await readPair(paths, options);
  return { ...pair, facts: naming(paths.truthPath, () => truthFacts(pair.truth)) };
}

/**
 * Checks that every scan is readable and on the grid of its true mask, if it has one, before hours of work start.
 * Throws CommandError that names every invalid case, or the signal’s reason.
 */
export async function checkScans(
  cases: readonly DatasetCase[],
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<void> {
  const problems: string[] = [];
  for (const [index, { name, scanPath, truthPath }] of cases.entries()) {
    signal.throwIfAborted();
    onProgress(index);
    try {
      if (truthPath !== null) await checkPair({ scanPath, truthPath });
      else await checkScan(scanPath);
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (problems.length === 0) return;
  throw new CommandError(
    `${problems.length} of ${cases.length} cases can't be used; nothing was run. Fix them, or move them out of the folder.\n  ${problems.join('\n  ')}`,
  );
}

async function checkScan(scanPath: string): Promise<void> {
  const { image } = await readFileAsImage(scanPath);
  naming(scanPath, () => canonicalHeader(image));
}

async function readFileAsImage(file: string): Promise<ImageFile> {
  const bytes = await readFile(file);
  return { bytes, image: naming(file, () => readImage(bytes)) };
}

function naming<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
