/**
 * The only random source of rankings: xoshiro128** (Blackman and Vigna, 2018), with its 128 bits of state
 * initialized from a 32-bit seed by SplitMix32 (Weyl sequence 0x9e3779b9, finalizer of MurmurHash3). It uses
 * only 32-bit integer operations, so the same seed gives the same numbers on every machine.
 */
export type Uint32Source = () => number;

export function xoshiro128StarStar(state: readonly [number, number, number, number]): Uint32Source {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

/** @param seed an integer, of which the low 32 bits are used. */
export function seededSource(seed: number): Uint32Source {
  let weyl = seed | 0;
  const next = () => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let mixed = weyl ^ (weyl >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
  return xoshiro128StarStar([next(), next(), next(), next()]);
}

/** A uniform integer in [0, bound), without the modulo bias. `bound` is 1 to 2³². */
export function randomBelow(source: Uint32Source, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let value = source();
  while (value >= limit) value = source();
  return value % bound;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
