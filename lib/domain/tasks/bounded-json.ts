/**
 * Reads JSON that a stranger's program wrote. Size, depth and number of values are checked before anything is
 * allocated for them, so that a small file can't take a lot of memory or the reader's whole stack.
 */
export interface JsonBounds {
  maxBytes: number;
  maxDepth: number;
  /** Values, list items and keys together, approximately. */
  maxValues: number;
}

/**
 * Python's `json` writes NaN and Infinity, which are no JSON. They are read as a text that begins with this private
 * character, so that a problem can name the place where one stands.
 */
const NO_NUMBER_MARK = '\ue000';

export type BoundedJson =
  /** `noNumber` is the first NaN or Infinity; a file that has one is no JSON. */
  | { kind: 'json'; value: unknown; noNumber: string | null }
  /** `message` completes a sentence that begins with the file's name. */
  | { kind: 'invalid'; message: string };

export function readBoundedJson(bytes: Uint8Array, bounds: JsonBounds): BoundedJson {
  if (bytes.length > bounds.maxBytes)
    return invalid(`is ${bytes.length} bytes long; at most ${bounds.maxBytes} are allowed.`);
  const { depth, values, noNumbers } = scan(bytes, bounds);
  if (depth > bounds.maxDepth) return invalid(`is nested more than ${bounds.maxDepth} levels deep.`);
  if (values > bounds.maxValues) return invalid(`holds more than ${bounds.maxValues} values.`);
  try {
    const value: unknown = JSON.parse(markNoNumbers(bytes, noNumbers));
    return { kind: 'json', value, noNumber: noNumbers[0]?.text ?? null };
  } catch (error) {
    if (error instanceof SyntaxError) return invalid(`isn’t valid JSON: ${error.message.slice(0, 200)}`);
    return invalid('isn’t valid JSON: its text isn’t UTF-8.');
  }
}

/** Whether JSON is nested at most `maxDepth` levels deep. */
export function isNestedWithin(bytes: Uint8Array, maxDepth: number): boolean {
  return scan(bytes, { maxDepth, maxValues: Number.POSITIVE_INFINITY }).depth <= maxDepth;
}

/** NaN, Infinity or -Infinity, if the value stands for one of them. */
export function noNumberOf(value: unknown): string | null {
  return typeof value === 'string' && value.startsWith(NO_NUMBER_MARK) ? value.slice(1) : null;
}

interface NoNumber {
  from: number;
  to: number;
  text: string;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Stops at the first bound that is exceeded. What it counts is exact for valid JSON only. */
function scan(bytes: Uint8Array, { maxDepth, maxValues }: Pick<JsonBounds, 'maxDepth' | 'maxValues'>) {
  const noNumbers: NoNumber[] = [];
  let depth = 0;
  let deepest = 0;
  let values = 0;
  for (let at = 0; at < bytes.length && deepest <= maxDepth && values <= maxValues; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = endOfText(bytes, at + 1);
    } else if (byte === OPENING_BRACKET || byte === OPENING_BRACE) {
      depth += 1;
      values += 1;
      deepest = Math.max(deepest, depth);
    } else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) {
      depth -= 1;
    } else if (byte === COMMA) {
      values += 1;
    } else {
      const text = noNumberAt(bytes, at);
      if (text === null) continue;
      const from = bytes[at - 1] === MINUS ? at - 1 : at;
      noNumbers.push({ from, to: at + text.length, text: from < at ? `-${text}` : text });
      at += text.length - 1;
    }
  }
  return { depth: deepest, values, noNumbers };
}

/** Where the quotation mark is that ends a text. */
function endOfText(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && bytes[at - backslashes - 1] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return bytes.length;
}

function noNumberAt(bytes: Uint8Array, at: number): string | null {
  const word = bytes[at] === 0x4e ? 'NaN' : bytes[at] === 0x49 ? 'Infinity' : null;
  if (word === null) return null;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return null;
  return word;
}

/** Throws TypeError if the bytes aren't UTF-8. */
function markNoNumbers(bytes: Uint8Array, noNumbers: readonly NoNumber[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pieces: string[] = [];
  let from = 0;
  for (const noNumber of noNumbers) {
    pieces.push(decoder.decode(bytes.subarray(from, noNumber.from)));
    pieces.push(JSON.stringify(`${NO_NUMBER_MARK}${noNumber.text}`));
    from = noNumber.to;
  }
  pieces.push(decoder.decode(bytes.subarray(from)));
  return pieces.join('');
}

function invalid(message: string): BoundedJson {
  return { kind: 'invalid', message };
}
