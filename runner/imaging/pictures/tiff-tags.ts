import { unreadablePicture } from './picture.ts';

/** The tags of the one picture in a TIFF 6.0 file. */

export const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripSizes: 279,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileSizes: 325,
  sampleFormat: 339,
} as const;

type TagName = keyof typeof TAG;

const NAMES = new Map<number, TagName>(Object.entries(TAG).map(([name, tag]) => [tag, name as TagName]));

/** Bytes of a number of each type: BYTE, SHORT and LONG. */
const NUMBER_BYTES: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };

/** More strips or tiles than any writer makes; each costs a call of the decoder. */
const MAX_NUMBERS = 100_000;

export interface TiffTags {
  littleEndian: boolean;
  /** The numbers of a tag; empty if the file lacks it. */
  all(name: TagName): readonly number[];
  /** The only number of a tag. Throws SubmissionError if it is missing and there is no `fallback`. */
  one(name: TagName, fallback?: number): number;
}

/**
 * Reads the tags of the only page.
 *
 * @throws SubmissionError UNREADABLE if they lie beyond the end of the file, repeat, or are too many.
 */
export function readTiffTags(bytes: Uint8Array): TiffTags {
  const littleEndian = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (at: number, size: 1 | 2 | 4) => {
    if (at + size > bytes.length) throw unreadablePicture('It is truncated: its tags lie beyond its end.');
    if (size === 1) return view.getUint8(at);
    return size === 2 ? view.getUint16(at, littleEndian) : view.getUint32(at, littleEndian);
  };
  const directory = number(4, 4);
  const count = number(directory, 2);
  const tags = new Map<TagName, number[]>();
  for (let entry = directory + 2; entry < directory + 2 + 12 * count; entry += 12) {
    const name = NAMES.get(number(entry, 2));
    if (name === undefined) continue;
    const size = NUMBER_BYTES[number(entry + 2, 2)];
    const length = number(entry + 4, 4);
    if (size === undefined)
      throw unreadablePicture(`Its tag ${TAG[name]} isn’t of a type for whole numbers.`);
    if (length > MAX_NUMBERS) {
      throw unreadablePicture(
        `Its tag ${TAG[name]} has ${length} numbers; at most ${MAX_NUMBERS} are supported.`,
      );
    }
    if (tags.has(name)) throw unreadablePicture(`Its tag ${TAG[name]} occurs twice.`);
    const first = length * size <= 4 ? entry + 8 : number(entry + 8, 4);
    tags.set(
      name,
      Array.from({ length }, (_, i) => number(first + i * size, size)),
    );
  }
  if (number(directory + 2 + 12 * count, 4) !== 0)
    throw unreadablePicture('It has several pages. Write one picture to a file.');
  const all = (name: TagName) => tags.get(name) ?? [];
  const one = (name: TagName, fallback?: number) => {
    const value = all(name)[0] ?? fallback;
    if (value === undefined) throw unreadablePicture(`Its tag ${TAG[name]} (${name}) is missing.`);
    return value;
  };
  return { littleEndian, all, one };
}
