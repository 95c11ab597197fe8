import { ascendingOrder } from '#lib/domain/ranking/order.ts';
import type { CaseValuesMatrix } from './means.ts';

/**
 * Medians of the same values for any weights of the cases. The cases are sorted once per submission; then a median is found
 * by counting sampled cases from the smallest value on. For an even number, the middle of the two, as NumPy and R have it.
 *
 * @returns a function of how often each case was sampled: one median per submission, not rounded; null if no sampled case
 * counts.
 */
export function prepareMedians(
  { values, counts }: CaseValuesMatrix,
  submissionCount: number,
): (sampleCounts: Uint32Array) => Float64Array | null {
  const counted = Uint32Array.from([...counts.keys()].filter((c) => counts[c] === 1));
  /** Per submission: the counted cases by ascending value, and their values. */
  const order = new Uint32Array(submissionCount * counted.length);
  const sorted = new Float64Array(order.length);
  for (let s = 0; s < submissionCount; s++) {
    const own = Float64Array.from(counted, (c) => values[c * submissionCount + s]!);
    const ascending = ascendingOrder(own);
    for (let place = 0; place < own.length; place++) {
      order[s * own.length + place] = counted[ascending[place]!]!;
      sorted[s * own.length + place] = own[ascending[place]!]!;
    }
  }
  return (sampleCounts) => {
    let sampled = 0;
    for (const c of counted) sampled += sampleCounts[c]!;
    if (sampled === 0) return null;
    const medians = new Float64Array(submissionCount);
    for (let s = 0; s < submissionCount; s++) {
      medians[s] = medianOf(order, sorted, s * counted.length, sampled, sampleCounts);
    }
    return medians;
  };
}

/** The median of the `sampled` cases of a submission, which are listed from `start` on. */
function medianOf(
  order: Uint32Array,
  sorted: Float64Array,
  start: number,
  sampled: number,
  sampleCounts: Uint32Array,
): number {
  const below = (sampled - 1) >>> 1;
  let place = start;
  let seen = sampleCounts[order[place]!]!;
  while (seen <= below) seen += sampleCounts[order[++place]!]!;
  const low = sorted[place]!;
  if (seen > sampled >>> 1) return low;
  do place++;
  while (sampleCounts[order[place]!] === 0);
  return low + (sorted[place]! - low) * 0.5;
}
