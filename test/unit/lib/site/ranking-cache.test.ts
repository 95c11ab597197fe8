import { expect, test } from 'vitest';
import { RankingCache } from '#lib/site/leaderboards/ranking-cache.ts';

/** A cache that records which sources it ranked. */
function counted() {
  const cache = new RankingCache();
  const ranked: string[] = [];
  const get = (source: string) =>
    cache.get(source, async () => {
      ranked.push(source);
      return [];
    });
  return { cache, ranked, get };
}

test('a source is ranked once, even for concurrent readers', async () => {
  const { ranked, get } = counted();
  expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual([[], [], []]);
  await get('a');
  expect(ranked).toEqual(['a', 'b']);
});

test('a failed ranking is retried', async () => {
  const { cache, ranked, get } = counted();
  await expect(cache.get('a', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
  await get('a');
  expect(ranked).toEqual(['a']);
});

test('of more than 100 rankings, the least recently used one is dropped', async () => {
  const { ranked, get } = counted();
  await get('first');
  await get('second');
  for (let i = 0; i < 98; i++) await get(`other ${i}`);
  await get('first');
  // The 101st source.
  await get('one more');
  ranked.length = 0;
  await get('first');
  await get('second');
  expect(ranked).toEqual(['second']);
});
