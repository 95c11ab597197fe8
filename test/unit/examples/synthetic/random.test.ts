import { describe, expect, it } from 'vitest';
import { NoiseField } from '#examples/synthetic/numeric/noise-field.ts';
import { RandomStream } from '#examples/synthetic/numeric/random.ts';

const take = (seed: string, label: string, count: number) => {
  const random = new RandomStream(seed, label);
  return Array.from({ length: count }, () => random.uniform());
};

function moments(values: number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

describe('random streams', () => {
  it('give the same numbers for the same seed and label in every version', () => {
    expect(take('seed', 'case 0 plan', 5)).toEqual(take('seed', 'case 0 plan', 5));
    // A change of these numbers changes every dataset and needs a new generator version.
    expect(take('seed', 'case 0 plan', 3)).toMatchInlineSnapshot(`
      [
        0.35879889503121376,
        0.3919523563235998,
        0.8260222296230495,
      ]
    `);
  });

  it('are uncorrelated across labels and seeds', () => {
    const reference = take('seed', 'case 0 plan', 2000);
    for (const other of [
      take('seed', 'case 0 noise', 2000),
      take('seed', 'case 1 plan', 2000),
      take('seee', 'case 0 plan', 2000),
    ]) {
      const covariance =
        reference.reduce((sum, value, i) => sum + (value - 0.5) * (other[i]! - 0.5), 0) / 2000;
      // Correlation's standard error is 1/√2000 = 0.022.
      expect(Math.abs(covariance * 12)).toBeLessThan(0.1);
    }
  });

  it('are uniform and normal', () => {
    const random = new RandomStream('seed', 'moments');
    const uniform = moments(Array.from({ length: 50_000 }, () => random.uniform()));
    expect(uniform.mean).toBeCloseTo(0.5, 2);
    expect(uniform.deviation).toBeCloseTo(Math.sqrt(1 / 12), 2);
    const normal = moments(Array.from({ length: 50_000 }, () => random.normal()));
    expect(Math.abs(normal.mean)).toBeLessThan(0.02);
    expect(Math.abs(normal.deviation - 1)).toBeLessThan(0.02);
  });

  it('choose in proportion to the weights, and never a weight of 0', () => {
    const random = new RandomStream('seed', 'choose');
    const chosen = Array.from({ length: 10_000 }, () =>
      random.choose([
        ['a', 3],
        ['b', 0],
        ['c', 1],
      ] as const),
    );
    expect(chosen.filter((value) => value === 'b')).toHaveLength(0);
    expect(Math.abs(chosen.filter((value) => value === 'a').length / 10_000 - 0.75)).toBeLessThan(0.02);
  });
});

describe('noise field', () => {
  it('is smooth, with mean 0 and deviation 1', () => {
    const field = new NoiseField(new RandomStream('seed', 'field'), 6);
    const values: number[] = [];
    let steepest = 0;
    for (let i = 0; i < 20_000; i++) {
      const [x, y, z] = [(i * 7.31) % 190, (i * 3.77) % 190, (i * 1.93) % 190];
      values.push(field.at(x!, y!, z!));
      steepest = Math.max(steepest, Math.abs(field.at(x! + 0.01, y!, z!) - field.at(x!, y!, z!)));
    }
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.05);
    // 0.01 mm of a 6 mm spacing moves less than a hundredth of a deviation: no steps at lattice points.
    expect(steepest).toBeLessThan(0.02);
  });
});
