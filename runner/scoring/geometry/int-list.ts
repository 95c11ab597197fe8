/** A growable list of 32-bit integers, for lists whose length is not known in advance. */
export class IntList {
  length = 0;
  private items: Int32Array;

  constructor(capacity = 1024) {
    this.items = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.items.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.length++] = value;
  }

  /** The list's values; shares memory with the list. */
  values(): Int32Array {
    return this.items.subarray(0, this.length);
  }
}

/** Minimum and maximum of a non-empty list. */
export function extentOf(values: Int32Array): [number, number] {
  let low = values[0]!;
  let high = low;
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
