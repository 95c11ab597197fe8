/**
 * The one source of chance in rankings: xoshiro128** (Blackman and Vigna, 2018), its 128 bits of state
 * filled from a 32-bit seed by SplitMix32 (Weyl sequence 0x9e3779b9, finalizer of MurmurHash3). The same
 * seed gives the same numbers on every machine, because only 32-bit integer operations are used.
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

/** @param seed an integer; its low 32 bits count. */
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

/** A uniform integer in [0, bound), without the bias of a plain remainder. `bound` is 1 to 2³². */
export function drawBelow(source: Uint32Source, bound: number): number {
  const fair = 2 ** 32 - (2 ** 32 % bound);
  let drawn = source();
  while (drawn >= fair) drawn = source();
  return drawn % bound;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
