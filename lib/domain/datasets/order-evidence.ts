/**
 * How strongly an order of things speaks for the one that was expected, against a random order: minus the logarithm to
 * base 2 of a bound on the probability that a random order has as few inversions. The number of inversions of a random
 * order of n has the generating function Π (1 − q^k) / (k (1 − q)), k = 1 … n (Mahonian numbers), so for every q in
 * (0, 1) that probability is at most its value divided by q^inversions (Chernoff). Without any inversion it is 1 / n!.
 * @param places where each thing stands in the expected order, all different.
 */
export function orderEvidenceBits(places: readonly number[]): number {
  const inversions = countInversions(places);
  const n = places.length;
  if (inversions >= (n * (n - 1)) / 4) return 0;
  let bits = inversions === 0 ? logFactorial2(n) : 0;
  for (let exponent = -40; exponent < 0; exponent += 0.25) {
    const q = 1 - 2 ** exponent;
    bits = Math.max(bits, boundBits(n, inversions, q), boundBits(n, inversions, 1 - q));
  }
  return bits;
}

function boundBits(n: number, inversions: number, q: number): number {
  let log = -inversions * Math.log2(q);
  // (1 − q^k) / (1 − q) without the loss of digits near 1.
  for (let k = 1; k <= n; k++)
    log += Math.log2(Math.expm1(k * Math.log(q)) / Math.expm1(Math.log(q))) - Math.log2(k);
  return -log;
}

function logFactorial2(n: number): number {
  let bits = 0;
  for (let k = 2; k <= n; k++) bits += Math.log2(k);
  return bits;
}

function countInversions(places: readonly number[]): number {
  let count = 0;
  for (let right = 1; right < places.length; right++)
    for (let left = 0; left < right; left++) if (places[left]! > places[right]!) count++;
  return count;
}
