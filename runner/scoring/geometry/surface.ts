import type { RunLengths } from './run-lengths.ts';

/**
 * Surface elements of a mask as in google-deepmind/surface-distance, located at the corners of voxels. Corner
 * (x, y, z) touches the eight voxels x − 1 and x, y − 1 and y, z − 1 and z. Its code says which of them are
 * foreground (bit i: voxel at offset i & 1, i >> 1 & 1, i >> 2). Outside the grid is background. Codes 0 and
 * 255 have no surface.
 */
export interface Surface {
  length: number;
  /** Corner coordinates: 0 … shape inclusive. */
  x: Int32Array;
  y: Int32Array;
  z: Int32Array;
  code: Uint8Array;
}

/** A mask with one bit per voxel, cropped to its box, with an empty row and slice on every side. */
interface BitRows {
  /** The voxel at bit 0, row 1, slice 1. */
  origin: readonly [number, number, number];
  /** Words per row, with space for one bit more than there are voxels. */
  words: number;
  /** Rows per slice, including the empty ones. */
  rows: number;
  slices: number;
  bits: Int32Array;
  /** 1 for each row that contains foreground. */
  used: Uint8Array;
}

/** All surface elements of a mask, ordered by z, y, x. */
export function surfaceOf(runLengths: RunLengths): Surface {
  const elements = new Elements();
  if (runLengths.voxels > 0) {
    const mask = bitRows(runLengths);
    for (let slice = 0; slice < mask.slices - 1; slice++) {
      for (let row = 0; row < mask.rows - 1; row++) {
        const at = slice * mask.rows + row;
        const { used, rows } = mask;
        if (used[at]! | used[at + 1]! | used[at + rows]! | used[at + rows + 1]!) {
          addRow(elements, mask, row, slice);
        }
      }
    }
  }
  return elements.surface();
}

/**
 * Adds the corners between two rows and two slices, 32 at a time: those whose eight voxels are not all equal.
 */
function addRow(elements: Elements, mask: BitRows, row: number, slice: number): void {
  const { bits, words, rows, origin } = mask;
  const a = (slice * rows + row) * words;
  const b = a + words;
  const c = a + rows * words;
  const d = c + words;
  elements.beginRow(origin[1] + row, origin[2] + slice, 32 * words);
  // The last bit of the previous words: bit x of a word shifted by one is voxel x − 1.
  let carryA = 0;
  let carryB = 0;
  let carryC = 0;
  let carryD = 0;
  for (let word = 0; word < words; word++) {
    const rightA = bits[a + word]!;
    const rightB = bits[b + word]!;
    const rightC = bits[c + word]!;
    const rightD = bits[d + word]!;
    const leftA = (rightA << 1) | carryA;
    const leftB = (rightB << 1) | carryB;
    const leftC = (rightC << 1) | carryC;
    const leftD = (rightD << 1) | carryD;
    const some = rightA | rightB | rightC | rightD | leftA | leftB | leftC | leftD;
    const every = rightA & rightB & rightC & rightD & leftA & leftB & leftC & leftD;
    for (let left = some & ~every; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      elements.add(
        origin[0] + 32 * word + bit,
        ((leftA >>> bit) & 1) |
          (((rightA >>> bit) & 1) << 1) |
          (((leftB >>> bit) & 1) << 2) |
          (((rightB >>> bit) & 1) << 3) |
          (((leftC >>> bit) & 1) << 4) |
          (((rightC >>> bit) & 1) << 5) |
          (((leftD >>> bit) & 1) << 6) |
          (((rightD >>> bit) & 1) << 7),
      );
    }
    carryA = rightA >>> 31;
    carryB = rightB >>> 31;
    carryC = rightC >>> 31;
    carryD = rightD >>> 31;
  }
}

/** Collects elements row by row; memory is reserved for a whole row at a time. */
class Elements {
  private length = 0;
  /** Start of the current row. */
  private rowStart = 0;
  private rowY = 0;
  private rowZ = 0;
  private x = new Int32Array(1024);
  private y = new Int32Array(1024);
  private z = new Int32Array(1024);
  private code = new Uint8Array(1024);

  beginRow(y: number, z: number, maxElements: number): void {
    this.endRow();
    this.rowY = y;
    this.rowZ = z;
    if (this.length + maxElements <= this.x.length) return;
    const capacity = Math.max(2 * this.x.length, this.length + maxElements);
    this.x = enlarged(this.x, capacity);
    this.y = enlarged(this.y, capacity);
    this.z = enlarged(this.z, capacity);
    this.code = enlarged(this.code, capacity);
  }

  add(x: number, code: number): void {
    this.x[this.length] = x;
    this.code[this.length++] = code;
  }

  private endRow(): void {
    this.y.fill(this.rowY, this.rowStart, this.length);
    this.z.fill(this.rowZ, this.rowStart, this.length);
    this.rowStart = this.length;
  }

  surface(): Surface {
    this.endRow();
    const { length } = this;
    return {
      length,
      x: this.x.subarray(0, length),
      y: this.y.subarray(0, length),
      z: this.z.subarray(0, length),
      code: this.code.subarray(0, length),
    };
  }
}

function enlarged<T extends Int32Array | Uint8Array>(values: T, capacity: number): T {
  const larger = new (values.constructor as new (length: number) => T)(capacity);
  larger.set(values);
  return larger;
}

function bitRows(runLengths: RunLengths): BitRows {
  const { row, start, end, shape } = runLengths;
  const height = shape[1];
  let [x0, x1, y0, y1] = [shape[0], 0, height, 0];
  for (let run = 0; run < row.length; run++) {
    const y = row[run]! % height;
    x0 = Math.min(x0, start[run]!);
    x1 = Math.max(x1, end[run]!);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y + 1);
  }
  const z0 = Math.floor(row[0]! / height);
  const z1 = Math.floor(row[row.length - 1]! / height) + 1;
  const words = ((x1 - x0) >> 5) + 1;
  const rows = y1 - y0 + 2;
  const slices = z1 - z0 + 2;
  const bits = new Int32Array(words * rows * slices);
  const used = new Uint8Array(rows * slices);
  for (let run = 0; run < row.length; run++) {
    const y = (row[run]! % height) - y0 + 1;
    const z = Math.floor(row[run]! / height) - z0 + 1;
    used[z * rows + y] = 1;
    setBits(bits, (z * rows + y) * words, start[run]! - x0, end[run]! - x0);
  }
  return { origin: [x0, y0, z0], words, rows, slices, bits, used };
}

/** Sets bits `from` … `to` − 1 of the row that starts at word `at`. */
function setBits(bits: Int32Array, at: number, from: number, to: number): void {
  const first = from >> 5;
  const last = (to - 1) >> 5;
  const head = -1 << (from & 31);
  const tail = -1 >>> (31 - ((to - 1) & 31));
  if (first === last) {
    bits[at + first]! |= head & tail;
    return;
  }
  bits[at + first]! |= head;
  bits.fill(-1, at + first + 1, at + last);
  bits[at + last]! |= tail;
}
