import { expect, test } from 'vitest';
import { isNestedWithin, noNumberOf, readBoundedJson } from '#lib/domain/tasks/bounded-json.ts';

const BOUNDS = { maxBytes: 1000, maxDepth: 3, maxValues: 10 };
const read = (text: string) => readBoundedJson(Buffer.from(text), BOUNDS);

test.each([
  '{"a": [1, {"b": null}], "c": "é"}',
  '"[[[[[["',
  String.raw`"a quotation mark \" and [[[[ brackets"`,
  String.raw`["\\", "[[[[", "\\\"[[[["]`,
  '["NaN", "-Infinity"]',
  '[-1.5e3, true, ""]',
])('%s is read as JSON.parse reads it', (text) => {
  expect(read(text)).toEqual({ kind: 'json', value: JSON.parse(text), noNumber: null });
});

test('NaN and Infinity are marked where they stand, and the first one is named', () => {
  const result = read('{"a": -Infinity, "b": [NaN], "c": "NaN"}');
  if (result.kind !== 'json') throw new Error(result.message);
  expect(result.noNumber).toBe('-Infinity');
  const { a, b, c } = result.value as { a: unknown; b: unknown[]; c: unknown };
  expect([a, b[0], c].map(noNumberOf)).toEqual(['-Infinity', 'NaN', null]);
});

test.each<[string, string]>([
  ['[[[[]]]]', 'is nested more than 3 levels deep.'],
  ['[1,2,3,4,5,6,7,8,9,10,11,12]', 'holds more than 10 values.'],
  ['[,,,,,,,,,,,,', 'holds more than 10 values.'],
  ['"'.padEnd(1001), 'is 1001 bytes long; at most 1000 are allowed.'],
  ['{"a": NaNa}', 'isn’t valid JSON'],
  [String.raw`"\"`, 'isn’t valid JSON'],
  ['"open', 'isn’t valid JSON'],
  ['[1] x', 'isn’t valid JSON'],
])('%s is invalid', (text, message) => {
  expect(read(text)).toEqual({ kind: 'invalid', message: expect.stringContaining(message) });
});

test('a text of nothing but backslashes and quotation marks takes time in proportion to its length', () => {
  const start = performance.now();
  expect(isNestedWithin(Buffer.from(`"${'\\'.repeat(4_000_000)}${'\\"'.repeat(2_000_000)}`), 3)).toBe(true);
  expect(performance.now() - start).toBeLessThan(2000);
});
