import { expect, test } from 'vitest';
import { pseudonymousCaseIds } from '#lib/site/submissions/pseudonymous-case-ids.ts';

const SECRET = 'a secret that is only for the tests';
const PHASE = '01890000-0000-7000-8000-000000000001';
const OTHER_PHASE = '01890000-0000-7000-8000-000000000002';

function idsOf(secret: string, phaseId: string, caseCount: number): string[] {
  const pseudonymousId = pseudonymousCaseIds(secret, phaseId, caseCount);
  return Array.from({ length: caseCount }, (_, index) => pseudonymousId(index));
}

test('every case of a phase has one id, the same each time', () => {
  const ids = idsOf(SECRET, PHASE, 300);
  expect(new Set(ids).size).toBe(300);
  expect(idsOf(SECRET, PHASE, 300)).toEqual(ids);
});

test('another phase and another secret draw others', () => {
  const ids = idsOf(SECRET, PHASE, 40);
  for (const others of [idsOf(SECRET, OTHER_PHASE, 40), idsOf(`${SECRET}!`, PHASE, 40)]) {
    expect(others.filter((id, index) => id === ids[index])).toEqual([]);
  }
});

test('in the order of their ids, cases do not stand in the order of the sealed set', () => {
  const ids = idsOf(SECRET, PHASE, 300);
  const order = ids.map((_, index) => index).sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
  // Of two neighbours, the second has the larger place in half of all cases: 150 of 299, SD 5.
  const ascending = order.slice(1).filter((place, index) => place > order[index]!).length;
  expect(ascending).toBeGreaterThan(110);
  expect(ascending).toBeLessThan(190);
});

test('a case that the set does not have is an error of ours', () => {
  expect(() => pseudonymousCaseIds(SECRET, PHASE, 3)(3)).toThrow(RangeError);
});
