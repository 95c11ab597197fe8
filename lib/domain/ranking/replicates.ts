import type { SetScore } from '#lib/domain/metrics/values/cases.ts';
import { randomBelow, seededSource } from './random.ts';

/** Bootstrap replicates of each leaderboard. Runners store the values of metrics over the set for so many. */
export const REPLICATES = 1000;

/** What decides which cases the replicates consist of. */
export interface Draws {
  caseCount: number;
  /** The phase's seed. */
  seed: number;
  /** ≥ 1 */
  replicates: number;
}

/**
 * Draws the replicates of the bootstrap: each samples as many cases as there are, with replacement. One generator
 * (`seededSource(seed)`) is used for all replicates in sequence, so that the same draws give the same replicates in every
 * process, and fewer replicates are the first of more.
 *
 * @param work gets how often each case was drawn, which must not be changed, and the index of the replicate from 0.
 */
export function forEachReplicate(
  draws: Draws,
  work: (sampleCounts: Uint32Array, replicate: number) => void,
): void {
  const { caseCount, replicates } = draws;
  const drawn = drawAll(draws);
  for (let replicate = 0; replicate < replicates; replicate++) {
    work(drawn.subarray(replicate * caseCount, (replicate + 1) * caseCount), replicate);
  }
}

/** The draws of the last ranking, because the next one is often of the same phase. */
let last: { draws: Draws; drawn: Uint32Array } | null = null;

/** How often replicate r draws case c, at [r · cases + c]. */
function drawAll({ caseCount, seed, replicates }: Draws): Uint32Array {
  const isSame =
    last?.draws.caseCount === caseCount && last.draws.seed === seed && last.draws.replicates === replicates;
  if (last && isSame) return last.drawn;
  const source = seededSource(seed);
  const drawn = new Uint32Array(replicates * caseCount);
  for (let start = 0; start < drawn.length; start += caseCount) {
    for (let times = 0; times < caseCount; times++) drawn[start + randomBelow(source, caseCount)]! += 1;
  }
  last = { draws: { caseCount, seed, replicates }, drawn };
  return drawn;
}

/** The values of a metric over the set in each replicate; NaN where it is undefined. Not rounded. */
export function replicateValues(score: SetScore, draws: Draws): Float64Array {
  const values = new Float64Array(draws.replicates);
  forEachReplicate(draws, (sampleCounts, replicate) => {
    values[replicate] = score(sampleCounts) ?? Number.NaN;
  });
  return values;
}

const VALUE_BYTES = 8;

/** 8 bytes per replicate: 64-bit little-endian floating point numbers, NaN where the metric is undefined. */
export function encodeReplicates(values: Float64Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * VALUE_BYTES);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => void view.setFloat64(index * VALUE_BYTES, value, true));
  return bytes;
}

/** @throws Error if `bytes` don't hold exactly so many replicates. */
export function decodeReplicates(bytes: Uint8Array, replicates: number): Float64Array {
  if (bytes.byteLength !== replicates * VALUE_BYTES) {
    throw new Error(`${bytes.byteLength} bytes don't hold ${replicates} replicates.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: replicates }, (_, index) => view.getFloat64(index * VALUE_BYTES, true));
}
