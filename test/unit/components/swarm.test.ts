import { expect, test } from 'vitest';
import { swarm } from '#components/submission/cases/swarm.ts';

const places = { dot: 0.1, rows: 4 };

test('dots that are apart stand in the middle', () => {
  expect(swarm([0.5, 0.1, 0.9], places)).toEqual([0, 0, 0]);
});

test('equal values stand beside each other, on both sides in turn', () => {
  const rows = swarm([0.3, 0.3, 0.3, 0.3], places);
  expect(rows.toSorted((a, b) => a - b)).toEqual([-1 / 4, 0, 1 / 4, 2 / 4]);
});

test('more than fit move closer and stay in the lane', () => {
  const crowd = swarm(
    Array.from({ length: 300 }, () => 0),
    places,
  );
  expect(Math.max(...crowd)).toBe(1);
  expect(new Set(crowd).size).toBe(300);
});

test('no two dots of a row touch, and the same values make the same picture', () => {
  // 300 values that a share of 0.618… spreads evenly.
  const shares = Array.from({ length: 300 }, (_, index) => (index * 0.6180339887498949) % 1);
  const rows = swarm(shares, places);
  expect(swarm(shares, places)).toEqual(rows);
  for (const [row, dots] of Map.groupBy(shares.keys(), (index) => rows[index]!)) {
    const along = dots.map((index) => shares[index]!).sort((a, b) => a - b);
    const gaps = along.slice(1).map((share, index) => share - along[index]!);
    expect(Math.min(1, ...gaps), `row ${row}`).toBeGreaterThanOrEqual(places.dot);
  }
});
