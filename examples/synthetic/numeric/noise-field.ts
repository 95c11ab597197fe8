import type { RandomStream } from './random.ts';

const PERIOD = 32;
const WRAP = PERIOD - 1;
/**
 * Normalizes cubic B-splines of independent normals: one over the root of the mean of Σ weights², cubed for
 * 3-D.
 */
const UNIT_DEVIATION = 1 / Math.sqrt(0.479365) ** 3;

/**
 * Smooth Gaussian noise in space (cubic B-spline over random lattice values) with mean 0, standard deviation
 * about 1 and features about as large as the spacing. Repeats after 32 spacings.
 */
export class NoiseField {
  readonly #values: Float32Array;
  readonly #scale: number;
  readonly #weights = new Float64Array(12);

  constructor(random: RandomStream, spacingMm: number) {
    this.#values = new Float32Array(PERIOD ** 3);
    for (let i = 0; i < this.#values.length; i++) this.#values[i] = random.normal() * UNIT_DEVIATION;
    this.#scale = 1 / spacingMm;
  }

  at(x: number, y: number, z: number): number {
    const i = this.#place(x, 0);
    const j = this.#place(y, 4);
    const k = this.#place(z, 8);
    const weights = this.#weights;
    const values = this.#values;
    let sum = 0;
    for (let c = 0; c < 4; c++) {
      const plane = ((k + c) & WRAP) * PERIOD;
      let planeSum = 0;
      for (let b = 0; b < 4; b++) {
        const row = (plane + ((j + b) & WRAP)) * PERIOD;
        planeSum +=
          weights[4 + b]! *
          (weights[0]! * values[row + (i & WRAP)]! +
            weights[1]! * values[row + ((i + 1) & WRAP)]! +
            weights[2]! * values[row + ((i + 2) & WRAP)]! +
            weights[3]! * values[row + ((i + 3) & WRAP)]!);
      }
      sum += weights[8 + c]! * planeSum;
    }
    return sum;
  }

  /**
   * Returns the lattice index of the first of four supports on one axis, and stores their weights at
   * `offset`.
   */
  #place(position: number, offset: number): number {
    const scaled = position * this.#scale;
    const index = Math.floor(scaled);
    const t = scaled - index;
    const u = 1 - t;
    const weights = this.#weights;
    weights[offset] = (u * u * u) / 6;
    weights[offset + 1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    weights[offset + 2] = (3 * u * u * u - 6 * u * u + 4) / 6;
    weights[offset + 3] = (t * t * t) / 6;
    return index - 1;
  }
}
