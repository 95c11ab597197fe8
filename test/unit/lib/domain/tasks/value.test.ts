import { describe, expect, test } from 'vitest';
import type { SocketKind } from '#lib/domain/tasks/sockets.ts';
import { readValue } from '#lib/domain/tasks/value.ts';

const path = '/output/recovery.json';

function read(text: string, kind: SocketKind) {
  return readValue(Buffer.from(text), { kind, path });
}

describe('a value of its kind is read', () => {
  test.each<[SocketKind, string, unknown]>([
    ['String', '"left"', 'left'],
    ['String', '""', ''],
    ['Integer', '-3', -3],
    ['Integer', '3.0', 3],
    ['Float', '3', 3],
    ['Float', ' 2.5e-3\n', 0.0025],
    ['Bool', 'false', false],
    ['Anything', 'null', null],
    ['Anything', '{"a": [1]}', { a: [1] }],
  ])('%s %s', (kind, text, value) => {
    expect(read(text, kind)).toEqual({ kind: 'value', value });
  });
});

describe('another value is invalid, in a sentence without the value', () => {
  test.each<[SocketKind, string, string]>([
    ['String', '3', 'must hold a text in quotation marks (kind String), but holds a whole number.'],
    [
      'Integer',
      '3.5',
      'must hold a whole number between −9007199254740991 and 9007199254740991 (kind Integer), but holds a number with decimals.',
    ],
    [
      'Integer',
      '9007199254740993',
      'must hold a whole number between −9007199254740991 and 9007199254740991 (kind Integer), but holds a whole number.',
    ],
    ['Float', '"3"', 'must hold a finite number (kind Float), but holds a text.'],
    ['Float', 'true', 'must hold a finite number (kind Float), but holds true or false.'],
    ['Float', '[3]', 'must hold a finite number (kind Float), but holds a list.'],
    ['Float', '1e999', 'must hold a finite number (kind Float), but holds a number with decimals.'],
    ['Bool', '1', 'must hold true or false (kind Bool), but holds a whole number.'],
    ['Bool', 'null', 'must hold true or false (kind Bool), but holds null.'],
    ['Bool', '{}', 'must hold true or false (kind Bool), but holds an object.'],
  ])('%s %s', (kind, text, message) => {
    expect(read(text, kind)).toEqual({ kind: 'invalid', message: `${path} ${message}` });
  });

  test.each(['', '{', 'NaN', 'Infinity', "'left'", '1 2'])('%j is no JSON', (text) => {
    expect(read(text, 'Anything')).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`${path} isn’t valid JSON in UTF-8.`),
    });
  });

  test('bytes that aren’t UTF-8 are no JSON', () => {
    expect(readValue(Uint8Array.of(0x22, 0xff, 0x22), { kind: 'String', path }).kind).toBe('invalid');
  });
});

test('a value that is nested too deeply is invalid before it is parsed', () => {
  const nested = (depth: number) => read('['.repeat(depth) + ']'.repeat(depth), 'Anything');
  expect(nested(32)).toMatchObject({ kind: 'value' });
  expect(nested(33)).toEqual({ kind: 'invalid', message: `${path} is nested more than 32 levels deep.` });
  expect(nested(5_000_000)).toMatchObject({ kind: 'invalid' });
});
