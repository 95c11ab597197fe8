import { createHmac } from 'node:crypto';
import type { CollectedOutputs } from '#runner/types.ts';
import type { RunnerKey } from './key.ts';

/** Bytes of a mark. */
const MARK_BYTES = 16;
const GZIP_HEADER_BYTES = 10;

/**
 * A mark of what a container wrote for a case. Equal outputs for the same case of the same test set have equal marks, so
 * that organizers can find teams with the same outputs. It is a keyed hash: without the runner's key, nobody can compute
 * the mark of an output that they guess, or learn anything from a mark but that two are equal.
 *
 * @returns lower-case hexadecimal digits. An evaluation has the exclusive or of its cases' marks, in any order.
 */
export function outputMark(
  { markKey }: Pick<RunnerKey, 'markKey'>,
  { testSetId, caseIndex }: { testSetId: string; caseIndex: number },
  outputs: CollectedOutputs,
): string {
  const mac = createHmac('sha256', markKey).update(`${testSetId} ${caseIndex}`);
  for (const slug of Object.keys(outputs).sort()) {
    const { bytes } = outputs[slug]!;
    const content = withoutGzipHeader(bytes);
    mac.update(`\n${slug} ${content.length}\n`).update(content);
  }
  return mac.digest().subarray(0, MARK_BYTES).toString('hex');
}

/** The header of a gzip file has the time at which it was written. */
function withoutGzipHeader(bytes: Uint8Array): Uint8Array {
  const isGzip = bytes.length > GZIP_HEADER_BYTES && bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? bytes.subarray(GZIP_HEADER_BYTES) : bytes;
}
