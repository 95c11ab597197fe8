import { createHmac } from 'node:crypto';

/**
 * Random numbers that can't be predicted without the seed.
 *
 * Every stream starts from HMAC-SHA256(seed, "heldout-synthetic/1 " + label). A scan reveals the numbers of
 * its own noise, and a small generator can be run backwards from enough of them. So visible data (noise) and
 * secret data (lesions) never share a stream, and no stream can be derived from another.
 */
export class RandomStream {
  // xoshiro128**, Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021).
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareNormal: number | null = null;

  constructor(seed: string, label: string) {
    const digest = createHmac('sha256', seed).update(`heldout-synthetic/1 ${label}`).digest();
    this.#a = digest.readInt32LE(0);
    this.#b = digest.readInt32LE(4);
    this.#c = digest.readInt32LE(8);
    this.#d = digest.readInt32LE(12) | 1; // never all zero
  }

  /** In [0, 1). */
  uniform(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return (result >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Normal, resampled until it is within ±limit. */
  normalWithin(deviation: number, limit: number): number {
    for (;;) {
      const value = this.normal() * deviation;
      if (Math.abs(value) <= limit) return value;
    }
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Integer in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** One of the entries, with a probability proportional to its weight. */
  choose<T>(entries: readonly (readonly [T, number])[]): T {
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.uniform() * total;
    for (const [value, weight] of entries) {
      left -= weight;
      if (left < 0) return value;
    }
    return entries[entries.length - 1]![0];
  }
}
