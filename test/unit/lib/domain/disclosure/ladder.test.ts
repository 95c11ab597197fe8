import { expect, test } from 'vitest';
import { drawHeldBack, withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { ladderStep, ladderZ, replacesShown } from '#lib/domain/disclosure/ladder.ts';
import { normalQuantile } from '#lib/domain/ranking/significance/normal.ts';

test('quantiles of the normal distribution are those of SciPy', () => {
  // scipy.stats.norm.ppf(p), SciPy 1.17.1
  const known = [
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [0.99995, 3.890591886413139],
    [0.025, -1.959963984540054],
  ] as const;
  for (const [p, z] of known) expect(normalQuantile(p)).toBeCloseTo(z, 9);
});

test('the step is 0.025 for 50 submissions and 0.032 for 1,000, at n = 150 and sd = 0.10', () => {
  expect(ladderZ(50)).toBeCloseTo(3.0902, 4);
  expect(ladderStep({ admitted: 50, cases: 150, sd: 0.1 })).toBeCloseTo(0.0252, 4);
  expect(ladderStep({ admitted: 1000, cases: 150, sd: 0.1 })).toBeCloseTo(0.0318, 4);
});

test('a submission is shown if its mean gain is more than z standard errors', () => {
  // Mean 0.1, sd = √(4 · 0.1² / 3) = 0.11547, standard error 0.057735: z is 1.7321.
  const gains = [0, 0, 0.2, 0.2];
  // Φ⁻¹(1 − 0.05 / N) is 1.645 for N = 1 and 1.960 for N = 2.
  expect(replacesShown(gains, 1)).toBe(true);
  expect(replacesShown(gains, 2)).toBe(false);
});

test('no gain, and differences that are only rounding, replace nothing', () => {
  expect(replacesShown([0, 0, 0], 100)).toBe(false);
  expect(replacesShown([1e-12, 1e-12, 1e-12], 100)).toBe(false);
  expect(replacesShown([-0.1, -0.1, -0.1], 100)).toBe(false);
  expect(replacesShown([0.1, 0.1, 0.1], 100)).toBe(true);
  expect(replacesShown([0.5], 100)).toBe(false);
});

test('the held-back cases follow from the seed, and a smaller share is part of a larger one', () => {
  const draw = (heldBackPercent: number, seed = 7) => drawHeldBack({ caseCount: 50, heldBackPercent, seed });
  const [few, many] = [draw(20), draw(60)];
  expect(few.filter(Boolean)).toHaveLength(10);
  expect(many.filter(Boolean)).toHaveLength(30);
  expect(few.every((isHeldBack, index) => !isHeldBack || many[index])).toBe(true);
  expect(draw(20)).toEqual(few);
  expect(draw(20, 8)).not.toEqual(few);
  expect(draw(0).some(Boolean)).toBe(false);
  expect(drawHeldBack({ caseCount: 1, heldBackPercent: 90, seed: 1 })).toEqual([false]);
  expect(withoutHeldBack([1, 2, 3], [false, true, false])).toEqual([1, 3]);
});
