/** Mutations of files, selected by a seeded generator of numbers in [0, 1). */

type Random = () => number;

/** Boundary values of bytes. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff];

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  flipBit,
  setByte,
  setNumber,
  swapNumbers,
  setVoxel,
  cut,
  repeatPart,
  movePart,
  insertBytes,
  replaceDigit,
];

/** Returns a damaged copy with one to four mutations, mostly near the start, where headers are. */
export function mutant(bytes: Uint8Array, random: Random): Buffer {
  let damaged = Buffer.from(bytes);
  const times = 1 + Math.floor(random() ** 2 * 4);
  for (let i = 0; i < times && damaged.length > 0; i++) {
    damaged = MUTATIONS[Math.floor(random() * MUTATIONS.length)]!(damaged, random) as Buffer<ArrayBuffer>;
  }
  return damaged;
}

function place(bytes: Buffer, random: Random): number {
  const reach = random() < 0.7 ? Math.min(bytes.length, 600) : bytes.length;
  return Math.floor(random() * reach);
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  bytes[place(bytes, random)]! ^= 1 << Math.floor(random() * 8);
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  bytes[place(bytes, random)] = EDGES[Math.floor(random() * EDGES.length)]!;
  return bytes;
}

/**
 * Replaces an aligned number of 2, 4 or 8 bytes in a header with ones, zeros, the maximum, NaN or an unusual
 * value.
 */
function setNumber(bytes: Buffer, random: Random): Buffer {
  const size = [2, 4, 8][Math.floor(random() * 3)]!;
  const at = Math.min(place(bytes, random) & ~(size - 1), Math.max(0, bytes.length - size));
  const number = Buffer.alloc(8);
  const kind = Math.floor(random() * 6);
  if (kind === 0) number.fill(0xff);
  if (kind === 1) number.writeBigInt64LE(0x7fff_ffff_ffff_ffffn);
  if (kind === 2) number.writeFloatLE(Number.NaN);
  if (kind === 3) number.writeDoubleLE(random() < 0.5 ? Number.POSITIVE_INFINITY : 1e300);
  if (kind === 4) number.writeUInt32LE(Math.floor(random() * 2 ** 32));
  number.copy(bytes, at, 0, Math.min(size, bytes.length - at));
  return bytes;
}

/** Swaps two adjacent numbers of 2 or 8 bytes, such as sizes of axes. */
function swapNumbers(bytes: Buffer, random: Random): Buffer {
  const size = random() < 0.5 ? 2 : 8;
  const axes = size === 2 ? 42 : 24;
  const start = random() < 0.5 ? axes : place(bytes, random) & ~(size - 1);
  const [a, b] = [start, start + size];
  if (b + size > bytes.length) return bytes;
  const first = Buffer.from(bytes.subarray(a, b));
  bytes.copy(bytes, a, b, b + size);
  first.copy(bytes, b);
  return bytes;
}

/**
 * Replaces a number near the end of the file, where voxels are, with a float that is not a label or not a
 * number.
 */
function setVoxel(bytes: Buffer, random: Random): Buffer {
  const at = bytes.length - 8 * (1 + Math.floor(random() * Math.min(30, bytes.length / 8)));
  if (at < 0) return bytes;
  const value = [0.4, Number.NaN, Number.NEGATIVE_INFINITY, 1e-4, 255][Math.floor(random() * 5)]!;
  if (random() < 0.5) bytes.writeDoubleLE(value, at);
  else bytes.writeFloatLE(value, at);
  return bytes;
}

function cut(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, Math.floor(random() * bytes.length));
}

function repeatPart(bytes: Buffer, random: Random): Buffer {
  const from = place(bytes, random);
  const part = bytes.subarray(from, from + 1 + Math.floor(random() * 200));
  return Buffer.concat([bytes.subarray(0, from), part, part, bytes.subarray(from)]);
}

function movePart(bytes: Buffer, random: Random): Buffer {
  const from = place(bytes, random);
  bytes.copy(bytes, place(bytes, random), from, from + 1 + Math.floor(random() * 64));
  return bytes;
}

function insertBytes(bytes: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  const count = 1 + Math.floor(random() ** 3 * 5000);
  const inserted = Buffer.alloc(count, random() < 0.5 ? 0 : Math.floor(random() * 256));
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}

/** Replaces a digit, sign, letter or line end of a text header. */
function replaceDigit(bytes: Buffer, random: Random): Buffer {
  const signs = '0123456789-.e= \n\r\0x';
  bytes[place(bytes, random)] = signs.charCodeAt(Math.floor(random() * signs.length));
  return bytes;
}
