import type { Resample } from '#lib/domain/ranking/methods/method.ts';
import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';

export const HALF_SPLITS = 50;

/**
 * In how many of 50 random halves of the cases each submission is first, alone or tied. A half has ⌊n/2⌋ cases, none twice.
 *
 * @param caseCount ≥ 2
 * @param seed the phase's seed; the halves are drawn independently of the replicates.
 */
export function firstInHalves(
  resample: Resample,
  { caseCount, submissionCount }: { caseCount: number; submissionCount: number },
  seed: number,
): Uint32Array {
  const source = seededSource(~seed);
  const cases = Uint32Array.from({ length: caseCount }, (_, c) => c);
  const counts = new Uint32Array(caseCount);
  const first = new Uint32Array(submissionCount);
  for (let split = 0; split < HALF_SPLITS; split++) {
    counts.fill(0);
    // The first half of a Fisher–Yates shuffle.
    for (let place = 0; place < caseCount >> 1; place++) {
      const drawn = place + randomBelow(source, caseCount - place);
      [cases[place], cases[drawn]] = [cases[drawn]!, cases[place]!];
      counts[cases[place]!] = 1;
    }
    const { ranks } = resample({ counts, replicate: null });
    for (let s = 0; s < submissionCount; s++) if (ranks[s] === 1) first[s]!++;
  }
  return first;
}
