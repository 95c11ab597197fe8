import { createHmac, hkdfSync } from 'node:crypto';

const MIN_ID_LENGTH = 4;

/** Returns the pseudonymous ID of a case, from nothing but its index in the sealed set. */
export type PseudonymousCaseId = (caseIndex: number) => string;

/**
 * IDs under which a hidden phase shows the scores of single cases. They are the same for all submissions of
 * the phase, so that submissions can be compared case by case, differ between phases, and sort in an order
 * unrelated to the sealed set. They are derived from a secret of the site, without which nobody can match IDs
 * to cases; a new secret means new IDs.
 *
 * Hexadecimal, and as short as uniqueness allows. Consecutive numbers would show a gap for each failed case.
 */
export function pseudonymousCaseIds(secret: string, phaseId: string, caseCount: number): PseudonymousCaseId {
  // Computed when the first one is asked for, because most readers see no case.
  let ids: readonly string[] | null = null;
  return (caseIndex) => {
    ids ??= computeIds(secret, phaseId, caseCount);
    const id = ids[caseIndex];
    if (id === undefined) throw new RangeError(`There is no case ${caseIndex} of ${caseCount}.`);
    return id;
  };
}

function computeIds(secret: string, phaseId: string, caseCount: number): string[] {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'heldout: ids of cases', 32));
  const digests = Array.from({ length: caseCount }, (_, index) =>
    createHmac('sha256', key).update(`${phaseId}/${index}`).digest('hex'),
  );
  const length = shortestLength(digests);
  return digests.map((digest) => digest.slice(0, length));
}

function shortestLength(digests: readonly string[]): number {
  let length = MIN_ID_LENGTH;
  while (new Set(digests.map((digest) => digest.slice(0, length))).size < digests.length) length += 1;
  return length;
}
