import { setImmediate } from 'node:timers/promises';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { seeded } from '#test/bench/lesion-masks.ts';
import { SPECIMENS, VALID } from './corpus.ts';
import { mutant } from './mutate.ts';

export interface FuzzReport {
  mutants: number;
  /** Number of mutants per outcome: `scored` or an error code. */
  outcomes: Record<string, number>;
  slowestMs: number;
  /** Largest observed resident size of the process. */
  peakRssBytes: number;
}

/** A mutant with a result other than a score or a submission error. */
export class FuzzFinding extends Error {
  override name = 'FuzzFinding';
}

/**
 * Damages valid files of every format and passes them to the scorer as a mask, a probability map, a truth and
 * a scan. Every result must be a score, a rejection with a code or, for a truth, the expected error. Mutant
 * `n` of a seed is always the same, so that a finding can be reproduced.
 *
 * @throws FuzzFinding with seed and mutant.
 */
export async function fuzzReaders(options: {
  seed: number;
  mutants: number;
  first?: number;
  onProgress?: (done: number) => void;
}): Promise<FuzzReport> {
  const { seed, mutants, first = 0, onProgress } = options;
  const report: FuzzReport = { mutants, outcomes: {}, slowestMs: 0, peakRssBytes: 0 };
  for (let n = first; n < first + mutants; n++) {
    const file = mutantOf(seed, n);
    const start = performance.now();
    const outcome = tryAll(file, n, seed);
    report.slowestMs = Math.max(report.slowestMs, performance.now() - start);
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
    // Node frees the memory of a failed decompression in the next turn of the event loop, which a thread of
    // the pool reaches after each case.
    if (n % 10 === 0) await setImmediate();
    if (n % 500 === 0) {
      report.peakRssBytes = Math.max(report.peakRssBytes, process.memoryUsage.rss());
      onProgress?.(n - first);
    }
  }
  return report;
}

function mutantOf(seed: number, n: number): Uint8Array {
  const random = seeded(Math.imul(seed, 0x9e37_79b1) + n);
  const { plain, pack } = SPECIMENS[Math.floor(random() * SPECIMENS.length)]!;
  // Damage before compression passes the checksum and reaches the header's parser; damage after compression
  // tests the decompression.
  return random() < 0.7 ? pack(mutant(plain, random)) : mutant(pack(plain), random);
}

/** Returns `scored` or the code with which the file is rejected as a mask. */
function tryAll(file: Uint8Array, n: number, seed: number): string {
  try {
    const outcome = scoreCase({ truth: VALID, prediction: file, connectivity: 26 });
    scoreCase({ truth: VALID, prediction: VALID, probabilityMap: file, connectivity: 6 });
    expectExpectedError(
      () => rewriteImage(file, n % 2 === 0 ? 'nii.gz' : 'mha'),
      (error) => error instanceof SubmissionError,
    );
    expectExpectedError(
      () => scoreCase({ truth: file, prediction: VALID, connectivity: 18 }),
      (error) =>
        !(error instanceof SubmissionError) && error.message.startsWith("The true mask can't be used: "),
    );
    return outcome.status === 'scored' ? 'scored' : outcome.code;
  } catch (error) {
    throw new FuzzFinding(`Seed ${seed}, mutant ${n}: ${(error as Error).stack}`, { cause: error });
  }
}

function expectExpectedError(run: () => unknown, isFine: (error: Error) => boolean): void {
  try {
    run();
  } catch (error) {
    if (!isFine(error as Error)) throw error;
  }
}
