import { createHmac, hkdfSync } from 'node:crypto';

const SHORTEST = 4;

/** Names a case of a phase; knows no more of it than its place in the sealed set. */
export type CaseNamer = (caseIndex: number) => string;

/**
 * Ids under which a hidden phase shows the scores of single cases: the same for every submission of the phase,
 * so that two can be compared case by case, others in the next phase, and in an order that has nothing to do
 * with the sealed one. They follow from a secret of the site (another secret draws other ids): without it
 * nobody can tell which id a place in the test set has.
 *
 * Hexadecimal, as short as keeps all of them apart; ids that count from 1 would show a gap where a case failed.
 */
export function pseudonymousCaseIds(secret: string, phaseId: string, caseCount: number): CaseNamer {
  const key = hkdfSync('sha256', secret, '', 'heldout: ids of cases', 32);
  const digests = Array.from({ length: caseCount }, (_, index) =>
    createHmac('sha256', new Uint8Array(key)).update(`${phaseId}/${index}`).digest('hex'),
  );
  const length = shortestLength(digests);
  return (caseIndex) => {
    const digest = digests[caseIndex];
    if (digest === undefined) throw new RangeError(`There is no case ${caseIndex} of ${caseCount}.`);
    return digest.slice(0, length);
  };
}

function shortestLength(digests: readonly string[]): number {
  let length = SHORTEST;
  while (new Set(digests.map((digest) => digest.slice(0, length))).size < digests.length) length += 1;
  return length;
}
