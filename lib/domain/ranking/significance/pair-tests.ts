import type { CaseValuesMatrix } from '#lib/domain/ranking/averages/means.ts';
import { holm, holmCutoff } from './holm.ts';
import { twoSidedP } from './normal.ts';
import type { SignedRanks } from './signed-rank-sums.ts';
import { prepareSignedRanks } from './signed-ranks.ts';

/** A difference is significant if its adjusted p-value is at most this. */
const ALPHA = 0.05;

/**
 * The tests of all unordered pairs of submissions: (0, 1), (0, 2), … (1, 2), … in this order. One family for Holm's
 * adjustment.
 */
export interface PairTests {
  submissionCount: number;
  p: Float64Array;
  /** By Holm; computed when it is first read. */
  readonly adjusted: Float64Array;
  /** Pairs whose p-value is at most this are significant: their adjusted one is at most 0.05. */
  cutoff: number;
  /** 1 if the first of the pair is better, −1 if the second is, 0 if neither. Whether that is significant or not. */
  direction: Int8Array;
}

/**
 * Two-sided paired Wilcoxon signed-rank tests over the cases that count (scoring.md, "Ranking").
 * @param given values on each case; lower is better. The declared worst value where a submission failed.
 * @param options.onProgress gets the number of submissions that have been compared with all others.
 * @param options.known tests of pairs whose values are the same.
 */
export function testPairs(
  { values, counts }: CaseValuesMatrix,
  submissionCount: number,
  { onProgress, known }: { onProgress?: (done: number) => void; known?: KnownPairs | null } = {},
): PairTests {
  const counted = Uint32Array.from([...counts.keys()].filter((c) => counts[c] === 1));
  const rows = Array.from({ length: submissionCount }, (_, s) =>
    Float64Array.from(counted, (c) => values[c * submissionCount + s]!),
  );
  const signedRanks = prepareSignedRanks(rows);
  const pairCount = (submissionCount * (submissionCount - 1)) / 2;
  const p = new Float64Array(pairCount);
  const direction = new Int8Array(pairCount);
  let pair = 0;
  for (let a = 0; a < submissionCount; a++) {
    const placeOfA = known?.places[a] ?? -1;
    for (let b = a + 1; b < submissionCount; b++, pair++) {
      if (known && placeOfA >= 0) {
        // Most submissions stand one behind the other as before, so whole runs of pairs are copied.
        const run = followingRun(known.places, b, placeOfA);
        if (run > 0) {
          const before = pairOf(known.tests, placeOfA, known.places[b]!);
          p.set(known.tests.p.subarray(before, before + run), pair);
          direction.set(known.tests.direction.subarray(before, before + run), pair);
          b += run - 1;
          pair += run - 1;
          continue;
        }
        const placeOfB = known.places[b]!;
        if (placeOfB >= 0) {
          // It stood above.
          const before = pairOf(known.tests, placeOfA, placeOfB);
          p[pair] = known.tests.p[before]!;
          direction[pair] = -known.tests.direction[before]!;
          continue;
        }
      }
      const ranks = signedRanks(a, b);
      p[pair] = wilcoxonP(ranks);
      direction[pair] = Math.sign(meanOfPositive(ranks) - ranks.positive);
    }
    onProgress?.(a + 1);
  }
  return new Tested(submissionCount, p, direction);
}

/** How many submissions from b on stood one behind the other, and behind `above`. */
function followingRun(places: Int32Array, b: number, above: number): number {
  const first = places[b]!;
  if (first <= above) return 0;
  let run = 1;
  while (b + run < places.length && places[b + run] === first + run) run++;
  return run;
}

/** Tests of an earlier ranking, and the place of each submission in it; −1 if its values are new. */
export interface KnownPairs {
  tests: PairTests;
  places: Int32Array;
}

class Tested implements PairTests {
  readonly submissionCount: number;
  readonly p: Float64Array;
  readonly direction: Int8Array;
  readonly cutoff: number;
  #adjusted: Float64Array | null = null;

  constructor(submissionCount: number, p: Float64Array, direction: Int8Array) {
    this.submissionCount = submissionCount;
    this.p = p;
    this.direction = direction;
    this.cutoff = holmCutoff(p, ALPHA);
  }

  get adjusted(): Float64Array {
    this.#adjusted ??= holm(this.p);
    return this.#adjusted;
  }
}

/**
 * p-value by the normal approximation with tie correction and continuity correction ½, as SciPy’s
 * `wilcoxon(x, y, zero_method='wilcox', correction=True, method='approx')`; 1 if all differences are zero.
 */
export function wilcoxonP(ranks: SignedRanks): number {
  const { n, positive, ties } = ranks;
  if (n === 0) return 1;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const distance = Math.abs(positive - meanOfPositive(ranks));
  return twoSidedP(Math.max(0, distance - 0.5) / Math.sqrt(variance));
}

function meanOfPositive({ n }: SignedRanks): number {
  return (n * (n + 1)) / 4;
}

/** −1, 0 or 1: whether submission a is significantly worse than b, neither, or better. */
export function significantDirection(tests: PairTests, a: number, b: number): number {
  if (a === b) return 0;
  const pair = pairOf(tests, a, b);
  if (tests.p[pair]! > tests.cutoff) return 0;
  return a < b ? tests.direction[pair]! : -tests.direction[pair]!;
}

/** Per submission: how many others it significantly beats, and how many significantly beat it. */
export function countWins(tests: PairTests): { wins: Uint32Array; losses: Uint32Array } {
  const { submissionCount, p, cutoff, direction } = tests;
  const wins = new Uint32Array(submissionCount);
  const losses = new Uint32Array(submissionCount);
  let pair = 0;
  for (let a = 0; a < submissionCount; a++) {
    for (let b = a + 1; b < submissionCount; b++, pair++) {
      const better = p[pair]! > cutoff ? 0 : direction[pair]!;
      if (better === 0) continue;
      wins[better > 0 ? a : b]!++;
      losses[better > 0 ? b : a]!++;
    }
  }
  return { wins, losses };
}

/** The place of two different submissions, in any order, among the pairs. */
export function pairOf(
  { submissionCount }: Pick<PairTests, 'submissionCount'>,
  a: number,
  b: number,
): number {
  const first = Math.min(a, b);
  return first * submissionCount - (first * (first + 1)) / 2 + Math.max(a, b) - first - 1;
}
