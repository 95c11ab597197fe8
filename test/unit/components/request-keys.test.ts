import { afterEach, expect, test, vi } from 'vitest';
import { forgetRequestKeys, requestKey } from '#components/submit/request-keys.ts';

class FakeStorage {
  readonly items = new Map<string, string>();
  getItem(name: string): string | null {
    return this.items.get(name) ?? null;
  }
  setItem(name: string, value: string): void {
    this.items.set(name, value);
  }
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a request keeps its key, across tabs and reloads, until it has succeeded', () => {
  vi.stubGlobal('localStorage', new FakeStorage());
  const key = requestKey('submission 1');
  expect(requestKey('submission 1')).toBe(key);
  expect(requestKey('submission 2')).not.toBe(key);
  forgetRequestKeys(['submission 1']);
  expect(requestKey('submission 1')).not.toBe(key);
});

test('a key is dropped when the site has forgotten it, after 24 hours', () => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', new FakeStorage());
  const key = requestKey('submission 3');
  vi.advanceTimersByTime(24 * 3_600_000 - 1);
  expect(requestKey('submission 3')).toBe(key);
  vi.advanceTimersByTime(1);
  expect(requestKey('submission 3')).not.toBe(key);
});

test('without storage, or with a damaged one, a request still has one key on its page', () => {
  vi.stubGlobal('localStorage', {
    getItem: () => null,
    setItem: () => {
      throw new Error('The quota has been exceeded.');
    },
  });
  const key = requestKey('a');
  expect(requestKey('a')).toBe(key);
  const damaged = new FakeStorage();
  damaged.setItem('heldout.request-keys', '{');
  vi.stubGlobal('localStorage', damaged);
  expect(requestKey('b')).toBe(requestKey('b'));
});
