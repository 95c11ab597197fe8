import { expect, test } from 'vitest';
import { pseudonymousCaseIds } from '#lib/site/submissions/disclosure/pseudonymous-case-ids.ts';

const SECRET = 'a secret that is only for the tests';
const PHASE = '01890000-0000-7000-8000-000000000001';
const OTHER_PHASE = '01890000-0000-7000-8000-000000000002';

function idsOf(secret: string, phaseId: string, caseCount: number): string[] {
  const pseudonymousId = pseudonymousCaseIds(secret, phaseId, caseCount);
  return Array.from({ length: caseCount }, (_, index) => pseudonymousId(index));
}

test('every case of a phase has one ID that never changes', () => {
  const ids = idsOf(SECRET, PHASE, 300);
  expect(new Set(ids).size).toBe(300);
  expect(idsOf(SECRET, PHASE, 300)).toEqual(ids);
});

test('another phase or another secret gives other IDs', () => {
  const ids = idsOf(SECRET, PHASE, 40);
  for (const others of [idsOf(SECRET, OTHER_PHASE, 40), idsOf(`${SECRET}!`, PHASE, 40)]) {
    expect(others.filter((id, index) => id === ids[index])).toEqual([]);
  }
});

test('the order of the IDs differs from the order of the sealed set', () => {
  const ids = idsOf(SECRET, PHASE, 300);
  const order = ids.map((_, index) => index).sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
  // In a random order, the second of two neighbors has the larger index in half of all pairs: 150 of 299,
  // with an SD of 5.
  const ascending = order.slice(1).filter((place, index) => place > order[index]!).length;
  expect(ascending).toBeGreaterThan(110);
  expect(ascending).toBeLessThan(190);
});

test('an index outside of the set is a bug and throws', () => {
  expect(() => pseudonymousCaseIds(SECRET, PHASE, 3)(3)).toThrow(RangeError);
});
