/**
 * Quantiles of Student's t and Snedecor's F, by inverting the regularized incomplete beta function. Relative error below
 * 1e-10 for probabilities from 0.001 to 0.999 and degrees of freedom from 1 to 1e5, which need not be whole.
 */

/** The 97.5% quantile of the standard normal distribution. */
export const Z_975 = 1.959963984540054;

const TERMS = 500;
const HALVINGS = 200;

/** @param p in (0.5, 1). */
export function tQuantile(p: number, df: number): number {
  // P(|T| > t) = I_x(df/2, 1/2) with x = df / (df + t²).
  const x = inverseBeta(2 * (1 - p), df / 2, 0.5);
  return Math.sqrt((df * (1 - x)) / x);
}

/** @param p in (0, 1). */
export function fQuantile(p: number, df1: number, df2: number): number {
  // P(F > f) = I_x(df2/2, df1/2) with x = df2 / (df2 + df1·f).
  const x = inverseBeta(1 - p, df2 / 2, df1 / 2);
  return (df2 * (1 - x)) / (df1 * x);
}

/** The x for which I_x(a, b) = p, by bisection: it is monotone, and a few thousand steps cost nothing here. */
function inverseBeta(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (regularizedBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b) for x in (0, 1). Abramowitz and Stegun 26.5.8, and 26.5.2 where that converges faster. */
function regularizedBeta(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * betaFraction(x, a, b)) / a;
  return 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** By Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return fraction;
}

/** ln Γ(x) for x > 0, by Stirling's series (Abramowitz and Stegun 6.1.41) above 10 and the recurrence below. */
function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 10) product *= shifted++;
  const square = 1 / (shifted * shifted);
  const series =
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / shifted;
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - Math.log(product)
  );
}
