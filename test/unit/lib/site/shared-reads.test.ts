import { expect, test, vi } from 'vitest';
import { SharedReads } from '#lib/site/shared-reads.ts';

/** Changes that a test announces, over a connection that it can lose. */
function announcing() {
  const state = { isListening: true, announce: () => {} };
  const shared = new SharedReads({
    isListening: () => state.isListening,
    watchPublic: (wake) => {
      state.announce = wake;
      return () => {};
    },
  });
  let reads = 0;
  const read = (key = 'a') => shared.read(key, async () => ++reads);
  return { state, shared, read };
}

test('a value is read once for all readers until a change is announced, or a minute is over', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { state, shared, read } = announcing();
  expect(await Promise.all([read(), read(), read('b')])).toEqual([1, 1, 2]);
  state.announce();
  expect(await read()).toBe(3);
  shared.forget();
  expect(await read()).toBe(4);
  vi.advanceTimersByTime(59_999);
  expect(await read()).toBe(4);
  vi.advanceTimersByTime(1);
  expect(await read()).toBe(5);
  vi.useRealTimers();
});

test('nothing is kept while no change is heard of', async () => {
  const { state, read } = announcing();
  expect(await read()).toBe(1);
  state.isListening = false;
  expect([await read(), await read()]).toEqual([2, 3]);
});

test('a value whose read began before a change isn’t kept', async () => {
  const { state, shared, read } = announcing();
  const before = Promise.withResolvers<number>();
  const reading = shared.read('a', () => before.promise);
  state.announce();
  before.resolve(0);
  expect(await reading).toBe(0);
  expect(await read()).toBe(1);
});

test('a failure isn’t kept, and the least recently used value is dropped first', async () => {
  const { shared, read } = announcing();
  await expect(shared.read('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await read('a')).toBe(1);
  for (let key = 0; key < 999; key++) await read(`${key}`);
  await read('a');
  await read('one more');
  expect(await read('a')).toBe(1);
  expect(await read('0')).toBe(1002);
});
