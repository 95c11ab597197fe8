import type { Triple } from '#runner/imaging/volume.ts';
import { IntList } from './int-list.ts';

/** Builds the run lengths of a mask (run-lengths.ts) from its runs in file order. */
export class RunCollector {
  readonly shape: Triple;
  private readonly row = new IntList();
  private readonly start = new IntList();
  private readonly end = new IntList();
  private voxels = 0;

  constructor(shape: Triple) {
    this.shape = shape;
  }

  /** Adds voxels `first` … `end` − 1 of the file, all in one row. */
  push(first: number, end: number): void {
    const width = this.shape[0];
    const row = Math.floor(first / width);
    this.row.push(row);
    this.start.push(first - row * width);
    this.end.push(end - row * width);
    this.voxels += end - first;
  }

  runLengths() {
    const row = this.row.values();
    return {
      shape: this.shape,
      row,
      start: this.start.values(),
      end: this.end.values(),
      rowStart: rowStarts(row, this.shape[1] * this.shape[2]),
      voxels: this.voxels,
    };
  }
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
