import { setImmediate } from 'node:timers/promises';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { rewriteScan } from '#runner/imaging/rewrite.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { seeded } from '#test/bench/lesion-masks.ts';
import { SOUND, SPECIMENS } from './corpus.ts';
import { mutant } from './mutate.ts';

export interface FuzzReport {
  mutants: number;
  /** How many ended as `scored`, and as each code. */
  outcomes: Record<string, number>;
  slowestMs: number;
  /** Largest resident size of the process that was seen. */
  peakRssBytes: number;
}

/** A mutant that was answered with anything but a score or a team's fault. */
export class FuzzFinding extends Error {
  override name = 'FuzzFinding';
}

/**
 * Damage valid files of every kind and give them to the scorer as a team's output, as a probability map, as a
 * truth and as a scan. Every answer must be a score, a rejection with a code, or for a truth an error that says
 * so. Mutant `n` of a seed is always the same, so that a finding can be looked at again.
 *
 * @throws FuzzFinding naming seed and mutant.
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
    // Node gives a failed decompression's memory back in the next turn of the event loop, which a thread of the pool
    // reaches after each case.
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
  // Damaged before it is compressed, a file passes the checksum and its header is read; damaged behind it, the
  // decompression itself is tried.
  return random() < 0.7 ? pack(mutant(plain, random)) : mutant(pack(plain), random);
}

/** Gives `scored` or the code of the rejection as a team's mask. */
function tryAll(file: Uint8Array, n: number, seed: number): string {
  try {
    const outcome = scoreCase({ truth: SOUND, prediction: file, connectivity: 26 });
    scoreCase({ truth: SOUND, prediction: SOUND, probabilityMap: file, connectivity: 6 });
    expectExpectedError(
      () => rewriteScan(file, n % 2 === 0 ? 'NII_GZ' : 'MHA'),
      (error) => error instanceof SubmissionError,
    );
    expectExpectedError(
      () => scoreCase({ truth: file, prediction: SOUND, connectivity: 18 }),
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
