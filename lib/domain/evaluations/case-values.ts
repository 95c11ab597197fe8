import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';

/**
 * The values of one metric on all cases of an evaluation, as 9 bytes per case: the values as 64-bit
 * little-endian floating point numbers, then one byte per case that says what the value means. A leaderboard of
 * 500 submissions reads a few thousand of these instead of a row of JSON for each case.
 */
const VALUE_BYTES = 8;
const BYTES_PER_CASE = VALUE_BYTES + 1;

/** Bits of the byte of a case. Without any, the case has a value. */
const FAILED = 1;
/** The prediction has no value, such as a distance to an empty mask. */
const NO_VALUE = 2;
/** No prediction can have a value on the case. */
const UNDEFINED = 4;

/** @param cases in the order of the test set, complete. */
export function encodeCaseValues(cases: readonly RecordedCase[], metric: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(cases.length * BYTES_PER_CASE);
  const view = new DataView(bytes.buffer);
  const flags = bytes.subarray(cases.length * VALUE_BYTES);
  cases.forEach(({ status, metrics, undefinedMetrics }, index) => {
    const value = status === 'SCORED' ? (metrics[metric] ?? null) : null;
    if (value !== null) view.setFloat64(index * VALUE_BYTES, value, true);
    flags[index] =
      (status === 'SCORED' ? 0 : FAILED) |
      (value === null ? NO_VALUE : 0) |
      (undefinedMetrics.includes(metric) ? UNDEFINED : 0);
  });
  return bytes;
}

/**
 * The cases that `encodeCaseValues` was given, with these metrics only; a failed case is `FAILED`, whether the
 * container failed or its output was rejected.
 *
 * @param encoded by metric, all of the same evaluation.
 * @throws Error if the lengths don't match `caseCount`.
 */
export function decodeCaseValues(
  encoded: ReadonlyMap<string, Uint8Array>,
  caseCount: number,
): RecordedCase[] {
  const cases = Array.from({ length: caseCount }, () => ({
    status: 'SCORED' as RecordedCase['status'],
    metrics: {} as Record<string, number | null>,
    undefinedMetrics: [] as string[],
  }));
  for (const [metric, bytes] of encoded) {
    if (bytes.byteLength !== caseCount * BYTES_PER_CASE) {
      throw new Error(`${metric} has ${bytes.byteLength} bytes for ${caseCount} cases.`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    cases.forEach((one, index) => {
      const flags = bytes[caseCount * VALUE_BYTES + index]!;
      if (flags & UNDEFINED) one.undefinedMetrics.push(metric);
      if (flags & FAILED) one.status = 'FAILED';
      else one.metrics[metric] = flags & NO_VALUE ? null : view.getFloat64(index * VALUE_BYTES, true);
    });
  }
  return cases;
}

/** Indices of the cases of an evaluation on which no prediction can have a value. @param bytes of one metric. */
export function undefinedCases(bytes: Uint8Array, caseCount: number): number[] {
  const flags = bytes.subarray(caseCount * VALUE_BYTES);
  return Array.from({ length: caseCount }, (_, index) => index).filter((index) => flags[index]! & UNDEFINED);
}
