/** Binary min-heap of voxel indices by a float key. */
export class PriorityQueue {
  #keys: Float32Array;
  #values: Int32Array;
  size = 0;

  constructor(capacity: number) {
    this.#keys = new Float32Array(Math.max(16, capacity));
    this.#values = new Int32Array(Math.max(16, capacity));
  }

  /** Key of the next entry. */
  minKey(): number {
    return this.#keys[0]!;
  }

  push(value: number, key: number): void {
    if (this.size === this.#values.length) this.#grow();
    const keys = this.#keys;
    const values = this.#values;
    const rounded = Math.fround(key);
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (keys[parent]! <= rounded) break;
      keys[place] = keys[parent]!;
      values[place] = values[parent]!;
      place = parent;
    }
    keys[place] = rounded;
    values[place] = value;
  }

  pop(): number {
    const keys = this.#keys;
    const values = this.#values;
    const first = values[0]!;
    const last = --this.size;
    const key = keys[last]!;
    const value = values[last]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= last) break;
      if (child + 1 < last && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[place] = keys[child]!;
      values[place] = values[child]!;
      place = child;
    }
    keys[place] = key;
    values[place] = value;
    return first;
  }

  #grow(): void {
    const keys = new Float32Array(this.#keys.length * 2);
    const values = new Int32Array(this.#values.length * 2);
    keys.set(this.#keys);
    values.set(this.#values);
    this.#keys = keys;
    this.#values = values;
  }
}
