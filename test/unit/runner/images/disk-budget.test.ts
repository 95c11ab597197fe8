import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CachedItem, chooseRemovals } from '#runner/images/disk-budget.ts';

const cached: CachedItem[] = [
  { key: 'newest', bytes: 10, usedAt: 3 },
  { key: 'oldest', bytes: 30, usedAt: 1 },
  { key: 'middle', bytes: 20, usedAt: 2 },
];
const plenty = { budgetBytes: 1000, freeBytes: 1000, neededBytes: 0, addedBytes: 0 };

describe('choosing removals', () => {
  test.each([
    ['removes nothing if there is enough space', plenty, []],
    [
      'removes the least recently used item if the budget is exceeded',
      { ...plenty, budgetBytes: 60, addedBytes: 1 },
      ['oldest'],
    ],
    // 60 cached and 31 over the budget: removing 30 is not enough.
    ['removes as many items as needed', { ...plenty, budgetBytes: 60, addedBytes: 31 }, ['oldest', 'middle']],
    [
      'frees the space that the disk needs, whatever the budget',
      { ...plenty, freeBytes: 5, neededBytes: 40 },
      ['oldest', 'middle'],
    ],
    [
      'removes nothing for the disk if its free space is unknown',
      { ...plenty, freeBytes: null, neededBytes: 40 },
      [],
    ],
    [
      'removes everything if even that is not enough',
      { ...plenty, budgetBytes: 5, addedBytes: 9 },
      ['oldest', 'middle', 'newest'],
    ],
  ])('%s', (_, needs, keys) => {
    expect(chooseRemovals(cached, needs)).toEqual(keys);
  });

  test('removes no more than needed', () => {
    const item = fc.record({ key: fc.uuid(), bytes: fc.nat(100), usedAt: fc.nat(1000) });
    const needs = fc.record({
      budgetBytes: fc.nat(500),
      freeBytes: fc.nat(500),
      neededBytes: fc.nat(500),
      addedBytes: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), needs, (items, needs) => {
        const removals = chooseRemovals(items, needs);
        const without = (keys: readonly string[]) => {
          const removed = items
            .filter(({ key }) => keys.includes(key))
            .reduce((sum, { bytes }) => sum + bytes, 0);
          const all = items.reduce((sum, { bytes }) => sum + bytes, 0);
          return (
            all - removed + needs.addedBytes <= needs.budgetBytes &&
            needs.freeBytes + removed >= needs.neededBytes
          );
        };
        if (removals.length > 0) expect(without(removals.slice(0, -1))).toBe(false);
        if (removals.length < items.length) expect(without(removals)).toBe(true);
      }),
    );
  });
});
