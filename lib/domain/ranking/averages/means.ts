/** Values of all submissions on all cases. */
export interface CaseValuesMatrix {
  /** Value of submission s on case c at [c · submissionCount + s]. */
  values: Float64Array;
  /** 1 if the case counts, 0 if it is left out for every submission. */
  counts: Uint8Array;
}

/**
 * Mean per submission, each case weighted by how often it was sampled; null if no sampled case counts. Not rounded.
 */
export function weightedMeans(
  { values, counts }: CaseValuesMatrix,
  submissionCount: number,
  sampleCounts: Uint32Array,
): Float64Array | null {
  const sums = new Float64Array(submissionCount);
  let sampled = 0;
  /** Up to four cases at once, because writing the sums is what takes long. Added in the order of the cases. */
  const times = [0, 0, 0, 0];
  const offsets = [0, 0, 0, 0];
  let taken = 0;
  for (let c = 0; c < sampleCounts.length; c++) {
    const often = sampleCounts[c]! * counts[c]!;
    if (often === 0) continue;
    sampled += often;
    times[taken] = often;
    offsets[taken] = c * submissionCount;
    if (++taken === 4) {
      addFour(sums, values, times, offsets);
      taken = 0;
    }
  }
  for (let index = 0; index < taken; index++) {
    const often = times[index]!;
    const offset = offsets[index]!;
    for (let s = 0; s < submissionCount; s++) sums[s]! += often * values[offset + s]!;
  }
  if (sampled === 0) return null;
  for (let s = 0; s < submissionCount; s++) sums[s]! /= sampled;
  return sums;
}

function addFour(
  sums: Float64Array,
  values: Float64Array,
  [a, b, c, d]: readonly number[],
  [ofA, ofB, ofC, ofD]: readonly number[],
): void {
  for (let s = 0; s < sums.length; s++) {
    sums[s] =
      sums[s]! +
      a! * values[ofA! + s]! +
      b! * values[ofB! + s]! +
      c! * values[ofC! + s]! +
      d! * values[ofD! + s]!;
  }
}
