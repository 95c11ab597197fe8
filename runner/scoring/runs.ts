import type { Triple } from '#runner/imaging/volume.ts';
import { IntList } from './int-list.ts';

/**
 * A mask as its runs: maximal stretches of foreground along the first axis, in the order of the file. Lesion
 * masks are sparse, so runs are a few thousand where voxels are nine million.
 */
export interface Runs {
  shape: Triple;
  /** Row of each run: y + z · shape[1]. Ascending. */
  row: Int32Array;
  /** First x of each run. */
  start: Int32Array;
  /** One behind the last x. */
  end: Int32Array;
  /** Runs of row r are rowStart[r] … rowStart[r + 1] − 1. */
  rowStart: Int32Array;
  /** Foreground voxels in all. */
  voxels: number;
}

/** The runs of a mask of one byte a voxel (0 is background), first axis fastest. */
export function runsOf(mask: Uint8Array, shape: Triple): Runs {
  const bytes = mask.byteOffset % 4 === 0 ? mask : mask.slice();
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
  const width = shape[0];
  const row = new IntList();
  const start = new IntList();
  const end = new IntList();
  let voxels = 0;
  for (let at = nextForeground(bytes, words, 0); at < bytes.length; at = nextForeground(bytes, words, at)) {
    const currentRow = Math.floor(at / width);
    const rowAt = currentRow * width;
    const rowEnd = rowAt + width;
    const first = at;
    while (at < rowEnd && bytes[at] !== 0) at++;
    row.push(currentRow);
    start.push(first - rowAt);
    end.push(at - rowAt);
    voxels += at - first;
  }
  const rows = row.values();
  return {
    shape,
    row: rows,
    start: start.values(),
    end: end.values(),
    rowStart: rowStarts(rows, shape[1] * shape[2]),
    voxels,
  };
}

/** Index of the first foreground voxel at or behind `from`, or the length. Skips zeros four at a time. */
function nextForeground(bytes: Uint8Array, words: Uint32Array, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length && (at & 3) !== 0) {
    if (bytes[at] !== 0) return at;
    at++;
  }
  let word = at >>> 2;
  const wholeWords = words.length;
  while (word < wholeWords && words[word] === 0) word++;
  at = Math.max(at, word << 2);
  while (at < length && bytes[at] === 0) at++;
  return at;
}

function rowStarts(row: Int32Array, rowCount: number): Int32Array {
  const starts = new Int32Array(rowCount + 1);
  let run = 0;
  for (let r = 0; r < rowCount; r++) {
    starts[r] = run;
    while (run < row.length && row[run] === r) run++;
  }
  starts[rowCount] = run;
  return starts;
}
