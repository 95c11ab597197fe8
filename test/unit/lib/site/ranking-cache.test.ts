import { expect, test } from 'vitest';
import { RankingCache } from '#lib/site/leaderboards/ranking-cache.ts';

/** A cache and how often each source was ranked. */
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

test('the same source is ranked once, also for readers that come at the same moment', async () => {
  const { ranked, get } = counted();
  expect(await Promise.all([get('a'), get('a'), get('b')])).toEqual([[], [], []]);
  await get('a');
  expect(ranked).toEqual(['a', 'b']);
});

test('a ranking that failed is tried again', async () => {
  const { cache, ranked, get } = counted();
  await expect(cache.get('a', () => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
  await get('a');
  expect(ranked).toEqual(['a']);
});

test('of more than 100 rankings the one that was unused for longest is dropped', async () => {
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
