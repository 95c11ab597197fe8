import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseRemovals, type Kept } from '#runner/images/disk-budget.ts';

const kept: Kept[] = [
  { key: 'newest', bytes: 10, usedAt: 3 },
  { key: 'oldest', bytes: 30, usedAt: 1 },
  { key: 'middle', bytes: 20, usedAt: 2 },
];
const plenty = { budgetBytes: 1000, freeBytes: 1000, neededBytes: 0, addedBytes: 0 };

describe('what is removed from a disk', () => {
  test.each([
    ['nothing, where there is room', plenty, []],
    [
      'the longest unused, where the budget is passed',
      { ...plenty, budgetBytes: 60, addedBytes: 1 },
      ['oldest'],
    ],
    // 60 kept, 31 more than the budget takes: 30 are not enough.
    ['as many as it takes', { ...plenty, budgetBytes: 60, addedBytes: 31 }, ['oldest', 'middle']],
    [
      'what the disk needs, however large the budget',
      { ...plenty, freeBytes: 5, neededBytes: 40 },
      ['oldest', 'middle'],
    ],
    ['nothing for a disk that can’t be read', { ...plenty, freeBytes: null, neededBytes: 40 }, []],
    [
      'all, where even that is too little',
      { ...plenty, budgetBytes: 5, addedBytes: 9 },
      ['oldest', 'middle', 'newest'],
    ],
  ])('%s', (_, room, keys) => {
    expect(chooseRemovals(kept, room)).toEqual(keys);
  });

  test('never more than needed: without the last removal there is no room', () => {
    const item = fc.record({ key: fc.uuid(), bytes: fc.nat(100), usedAt: fc.nat(1000) });
    const room = fc.record({
      budgetBytes: fc.nat(500),
      freeBytes: fc.nat(500),
      neededBytes: fc.nat(500),
      addedBytes: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), room, (items, wanted) => {
        const removals = chooseRemovals(items, wanted);
        const without = (keys: readonly string[]) => {
          const removed = items
            .filter(({ key }) => keys.includes(key))
            .reduce((sum, { bytes }) => sum + bytes, 0);
          const all = items.reduce((sum, { bytes }) => sum + bytes, 0);
          return (
            all - removed + wanted.addedBytes <= wanted.budgetBytes &&
            wanted.freeBytes + removed >= wanted.neededBytes
          );
        };
        if (removals.length > 0) expect(without(removals.slice(0, -1))).toBe(false);
        if (removals.length < items.length) expect(without(removals)).toBe(true);
      }),
    );
  });
});
