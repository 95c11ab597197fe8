/**
 * Sorting for the bootstrap, which sorts some hundred values thousands of times: a radix sort of the values in
 * single precision (three passes of 11 bits), then an insertion sort in double precision, which has little left
 * to do. About a tenth of the time of a typed array's `sort` with a search for each value's place.
 */
const BITS = 11;
const BUCKETS = 1 << BITS;
const PASSES = 3;

/** Reused from one call to the next: nothing here is asynchronous. */
let capacity = 0;
let floats = new Float32Array(0);
let keys = new Uint32Array(0);
let order = new Uint32Array(0);
let other = new Uint32Array(0);
const histogram = new Uint32Array(BUCKETS);

/** Below this many values, insertion alone is faster. */
const MIN_RADIX = 48;

/**
 * Indices of `values` in ascending order; equal ones in any order.
 *
 * @param values without NaN.
 * @returns valid until the next call; it may be longer than `values`.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const count = values.length;
  reserve(count);
  for (let index = 0; index < count; index++) order[index] = index;
  if (count >= MIN_RADIX) radixSort(values);
  for (let index = 1; index < count; index++) {
    const moved = order[index]!;
    const value = values[moved]!;
    let place = index;
    while (place > 0 && values[order[place - 1]!]! > value) {
      order[place] = order[place - 1]!;
      place--;
    }
    order[place] = moved;
  }
  return order;
}

function reserve(count: number): void {
  if (count <= capacity) return;
  capacity = count;
  floats = new Float32Array(count);
  keys = new Uint32Array(floats.buffer);
  order = new Uint32Array(count);
  other = new Uint32Array(count);
}

function radixSort(values: Float64Array): void {
  const count = values.length;
  floats.set(values);
  // The bits of a float sort like the float once negative ones are inverted and positive ones get the top bit.
  for (let index = 0; index < count; index++) {
    const bits = keys[index]!;
    keys[index] = bits >>> 31 === 1 ? ~bits : bits | 0x8000_0000;
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const shift = pass * BITS;
    histogram.fill(0);
    for (let index = 0; index < count; index++) histogram[(keys[index]! >>> shift) & (BUCKETS - 1)]!++;
    let before = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const size = histogram[bucket]!;
      histogram[bucket] = before;
      before += size;
    }
    for (let index = 0; index < count; index++) {
      const one = order[index]!;
      other[histogram[(keys[one]! >>> shift) & (BUCKETS - 1)]!++] = one;
    }
    [order, other] = [other, order];
  }
}
