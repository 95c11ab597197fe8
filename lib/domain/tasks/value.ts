import { isNestedWithin } from './bounded-json.ts';
import type { SocketKind } from './sockets.ts';

/** Deeper values overflow the stack of programs that write them again, or read them as Python does. */
const MAX_DEPTH = 32;

/** Whole numbers beyond these have no exact value in JSON. */
const INTEGER = 'a whole number between −9007199254740991 and 9007199254740991';
const EXPECTED: Readonly<Partial<Record<SocketKind, string>>> = {
  String: 'a text in quotation marks',
  Integer: INTEGER,
  Float: 'a finite number',
  Bool: 'true or false',
};

export type ReadValue = { kind: 'value'; value: unknown } | { kind: 'invalid'; message: string };

/**
 * Reads the JSON value of a socket. The message is a sentence about `path`, without anything of the value itself,
 * which could hold something of a hidden input.
 */
export function readValue(bytes: Uint8Array, { kind, path }: { kind: SocketKind; path: string }): ReadValue {
  const invalid = (what: string): ReadValue => ({ kind: 'invalid', message: `${path} ${what}` });
  if (!isNestedWithin(bytes, MAX_DEPTH)) return invalid(`is nested more than ${MAX_DEPTH} levels deep.`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Python's json writes NaN and Infinity, which are no JSON.
    return invalid(
      'isn’t valid JSON in UTF-8. NaN and Infinity are no JSON either: write null or leave it out.',
    );
  }
  if (isOfKind(value, kind)) return { kind: 'value', value };
  return invalid(
    `must hold ${EXPECTED[kind] ?? 'a value'} (kind ${kind}), but holds ${describeType(value)}.`,
  );
}

/** Whether a parsed value is of the kind of a socket; of any kind that isn't a String, Integer, Float or Bool. */
export function isOfKind(value: unknown, kind: SocketKind): boolean {
  switch (kind) {
    case 'String':
      return typeof value === 'string';
    case 'Integer':
      return Number.isSafeInteger(value);
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'Bool':
      return typeof value === 'boolean';
    default:
      return true;
  }
}

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number with decimals';
  const names = { string: 'a text', boolean: 'true or false', object: 'an object' } as const;
  return names[typeof value as keyof typeof names] ?? 'something else';
}
