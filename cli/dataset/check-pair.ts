import { readFile } from 'node:fs/promises';
import { CommandError } from '#cli/command.ts';
import { GRID_TOLERANCE_MM, gridDistance } from '#runner/imaging/grid.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { type TruthFacts, truthFacts } from '#runner/scoring/truth-facts.ts';
import type { DatasetCase } from './dataset.ts';

/** Reads a scan and its true mask and checks that they share a grid. The error message follows the case’s name. */
export async function checkPair({
  scanPath,
  truthPath,
}: {
  scanPath: string;
  truthPath: string;
}): Promise<{ scan: Uint8Array; truth: Uint8Array; facts: TruthFacts }> {
  const [scan, truth] = await Promise.all([readFile(scanPath), readFile(truthPath)]);
  const distance = gridDistance(
    naming(scanPath, () => readVolume(scan)),
    naming(truthPath, () => readVolume(truth)),
  );
  if (distance === null) throw new Error('scan and mask have different shapes');
  if (distance > GRID_TOLERANCE_MM) {
    throw new Error(
      `scan and mask are ${distance.toPrecision(3)} mm apart, so every prediction on the scan’s grid would be rejected`,
    );
  }
  return { scan, truth, facts: naming(truthPath, () => truthFacts(truth)) };
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
      else await readFile(scanPath).then((bytes) => naming(scanPath, () => readVolume(bytes)));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (problems.length === 0) return;
  throw new CommandError(
    `${problems.length} of ${cases.length} cases can't be used; nothing was run. Fix them, or move them out of the folder.\n  ${problems.join('\n  ')}`,
  );
}

function naming<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
