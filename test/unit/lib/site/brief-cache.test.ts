import { expect, test, vi } from 'vitest';
import { BriefCache } from '#lib/site/brief-cache.ts';

test('a value is computed once for all readers until it is too old', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const cache = new BriefCache<number>(1000);
  let computed = 0;
  const read = (key: string) => cache.read(key, async () => ++computed);
  expect(await Promise.all([read('a'), read('a')])).toEqual([1, 1]);
  vi.advanceTimersByTime(999);
  expect(await read('a')).toBe(1);
  expect(await read('b')).toBe(2);
  vi.advanceTimersByTime(1);
  expect(await read('a')).toBe(3);
  cache.forget('a');
  expect(await read('a')).toBe(4);
  vi.useRealTimers();
});

test('a failure isn’t kept', async () => {
  const cache = new BriefCache<number>(1000);
  await expect(cache.read('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await cache.read('a', async () => 1)).toBe(1);
});
