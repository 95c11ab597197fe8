import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { orderEvidenceBits } from '#lib/domain/datasets/order-evidence.ts';

const ascending = (n: number) => Array.from({ length: n }, (_, index) => index);

/** All orders of 0 … n − 1. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  );
}

test('an order without inversions has the probability 1 / n!', () => {
  expect(orderEvidenceBits(ascending(3))).toBeCloseTo(Math.log2(6));
  expect(orderEvidenceBits(ascending(20))).toBeCloseTo(61.08, 2);
  expect(orderEvidenceBits([])).toBe(0);
  expect(orderEvidenceBits([0])).toBe(0);
});

test('never says more than the probability among all orders of seven', () => {
  const all = orders(7);
  const inversionsOf = (order: number[]) =>
    order.flatMap((left, at) => order.slice(at + 1).filter((right) => left > right)).length;
  const bits = new Map(all.map((order) => [inversionsOf(order), orderEvidenceBits(order)]));
  for (const [inversions, evidence] of bits) {
    const share = all.filter((order) => inversionsOf(order) <= inversions).length / all.length;
    expect(evidence).toBeLessThanOrEqual(-Math.log2(share) + 1e-9);
  }
  expect(bits.get(1)!).toBeGreaterThan(5);
});

test('a mixed or reversed order says nothing', () => {
  expect(orderEvidenceBits(ascending(50).reverse())).toBe(0);
  const hashOf = (place: number) => createHash('sha256').update(String(place)).digest('hex');
  const mixed = ascending(50).toSorted((a, b) => (hashOf(a) < hashOf(b) ? -1 : 1));
  expect(orderEvidenceBits(mixed)).toBeLessThan(5);
});

test('a few of 500 that changed places leave it certain', () => {
  const places = ascending(500);
  [places[3], places[4]] = [places[4]!, places[3]!];
  expect(orderEvidenceBits(places)).toBeGreaterThan(3000);
});
