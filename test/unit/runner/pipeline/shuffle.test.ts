import { expect, it } from 'vitest';
import { shuffle } from '#runner/pipeline/shuffle.ts';

it('returns every item once and does not change the list', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  expect(shuffle(items).sort()).toEqual(items);
  expect(items).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(shuffle([])).toEqual([]);
});

it('puts each item at each position equally often', () => {
  const count = [0, 1, 2, 3].map(() => [0, 0, 0, 0]);
  for (let round = 0; round < 8000; round++) {
    for (const [place, item] of shuffle([0, 1, 2, 3]).entries()) count[item]![place]! += 1;
  }
  // 2,000 each; the standard deviation is √(8000 · ¼ · ¾) = 39, and 300 is nearly eight of them.
  for (const often of count.flat()) expect(Math.abs(often - 2000)).toBeLessThan(300);
});
