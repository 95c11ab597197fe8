import { randomBelow, seededSource, type Uint32Source } from '#lib/domain/ranking/random.ts';

/** Seeded random values: the same seed gives the same ones on every machine. */
export class Random {
  readonly #source: Uint32Source;

  constructor(seed: number) {
    this.#source = seededSource(seed);
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.#source() / 2 ** 32;
  }

  /** A uniform integer in [0, bound); `bound` is at most 2³². */
  below(bound: number): number {
    return randomBelow(this.#source, bound);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)]!;
  }

  /** Standard normal, by the method of Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#source().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  /** A UUID of version 7, so that IDs sort by time, as Prisma makes them. */
  uuid(at: Date): string {
    const time = at.getTime().toString(16).padStart(12, '0');
    const variant = (8 + this.below(4)).toString(16);
    const rest = this.hex(18);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-${variant}${rest.slice(3, 6)}-${rest.slice(6)}`;
  }
}
