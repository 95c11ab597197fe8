const SQRT_PI = Math.sqrt(Math.PI);
/** From here on the continued fraction converges faster than the series loses digits. */
const SERIES_END = 2;
const TERMS = 200;

/** Probability that a standard normal variable is farther from 0 than |z|. Relative error about 1e-13. */
export function twoSidedP(z: number): number {
  return erfc(Math.abs(z) / Math.SQRT2);
}

/** Distribution function of the standard normal. */
export function normalCdf(z: number): number {
  return z < 0 ? erfc(-z / Math.SQRT2) / 2 : 1 - erfc(z / Math.SQRT2) / 2;
}

/** The z that a standard normal variable stays below with probability p, which is above 0 and below 1. */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  let [low, high] = [0, 40];
  // Until the bounds are neighbors among floating point numbers.
  for (let middle = 20; low < middle && middle < high; middle = (low + high) / 2) {
    if (twoSidedP(middle) / 2 > 1 - p) low = middle;
    else high = middle;
  }
  return low;
}

/** Complementary error function for x ≥ 0 (Abramowitz and Stegun 7.1.6 and 7.1.14). */
function erfc(x: number): number {
  return x < SERIES_END ? 1 - erfSeries(x) : erfcFraction(x);
}

function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < TERMS && term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / SQRT_PI) * Math.exp(-x * x) * sum;
}

/** By Lentz’s method: exp(−x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))). */
function erfcFraction(x: number): number {
  let fraction = x;
  let c = x;
  let d = 0;
  for (let n = 1; n < TERMS; n++) {
    d = 1 / (x + (n / 2) * d);
    c = x + n / 2 / c;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return Math.exp(-x * x) / (SQRT_PI * fraction);
}
