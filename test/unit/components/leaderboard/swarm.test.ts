import { expect, test } from 'vitest';
import { swarm } from '#components/submission/cases/swarm.ts';

const options = { dot: 0.1, rows: 4 };

test('dots that don’t overlap are in the middle', () => {
  expect(swarm([0.5, 0.1, 0.9], options)).toEqual([0, 0, 0]);
});

test('equal values are placed next to each other, on alternating sides', () => {
  const rows = swarm([0.3, 0.3, 0.3, 0.3], options);
  expect(rows.toSorted((a, b) => a - b)).toEqual([-1 / 4, 0, 1 / 4, 2 / 4]);
});

test('dots that don’t fit move closer and stay in the lane', () => {
  const crowd = swarm(
    Array.from({ length: 300 }, () => 0),
    options,
  );
  expect(Math.max(...crowd)).toBe(1);
  expect(new Set(crowd).size).toBe(300);
});

test('dots of a row don’t overlap, and the layout is deterministic', () => {
  // 300 values, spread evenly by the golden ratio.
  const shares = Array.from({ length: 300 }, (_, index) => (index * 0.6180339887498949) % 1);
  const rows = swarm(shares, options);
  expect(swarm(shares, options)).toEqual(rows);
  for (const [row, dots] of Map.groupBy(shares.keys(), (index) => rows[index]!)) {
    const along = dots.map((index) => shares[index]!).sort((a, b) => a - b);
    const gaps = along.slice(1).map((share, index) => share - along[index]!);
    expect(Math.min(1, ...gaps), `row ${row}`).toBeGreaterThanOrEqual(options.dot);
  }
});
