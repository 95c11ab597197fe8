import { describe, expect, it } from 'vitest';
import { TERRITORIES } from '#examples/synthetic/lesions/territories.ts';
import {
  COMPONENT_WEIGHTS,
  EMPTY_SHARE,
  LN_VOLUME,
  MIN_COMPONENT_VOXELS,
  planCase,
  TERRITORY_CAPACITY_ML,
  TERRITORY_SHARES,
  VOLUME_ML,
} from '#examples/synthetic/plan.ts';
import { randomSites } from '#examples/synthetic/sites.ts';

const CASES = 4000;
const plans = Array.from({ length: CASES }, (_, index) => planCase('distributions', index));
const withLesion = plans.filter((plan) => plan.lesions.length > 0);
const share = (count: number, of = withLesion.length) => count / of;

/** Mean and standard deviation of the truncated log-normal's logarithm, by numerical integration. */
function cutMoments() {
  const steps = 20_000;
  const [low, high] = [Math.log(VOLUME_ML.min), Math.log(VOLUME_ML.max)];
  let [weight, first, second] = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    const ln = low + ((step + 0.5) / steps) * (high - low);
    const density = Math.exp(-0.5 * ((ln - LN_VOLUME.mean) / LN_VOLUME.deviation) ** 2);
    weight += density;
    first += density * ln;
    second += density * ln * ln;
  }
  const mean = first / weight;
  return { mean, deviation: Math.sqrt(second / weight - mean * mean) };
}

describe('case plans', () => {
  it('have log-normal volumes, truncated to 0.01–390 ml', () => {
    const logs = withLesion.map((plan) => Math.log(plan.totalVolumeMl));
    const mean = logs.reduce((sum, ln) => sum + ln, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, ln) => sum + (ln - mean) ** 2, 0) / (logs.length - 1));
    const expected = cutMoments();
    // Standard errors: 2.02/√3880 = 0.032 and 0.023; the tolerances are about four of them.
    expect(Math.abs(mean - expected.mean)).toBeLessThan(0.13);
    expect(Math.abs(deviation - expected.deviation)).toBeLessThan(0.1);
    for (const { totalVolumeMl } of withLesion) {
      expect(totalVolumeMl).toBeGreaterThanOrEqual(VOLUME_ML.min);
      expect(totalVolumeMl).toBeLessThanOrEqual(VOLUME_ML.max);
    }
  });

  it('have 1, 2, 3, 4, 5, and 6 or more lesions in the proportions of ATLAS', () => {
    const total = COMPONENT_WEIGHTS.reduce((sum, weight) => sum + weight, 0);
    COMPONENT_WEIGHTS.forEach((weight, i) => {
      const found = withLesion.filter((plan) => Math.min(6, plan.lesions.length) === i + 1).length;
      expect(Math.abs(share(found) - weight / total), `${i + 1} lesions`).toBeLessThan(0.03);
    });
    expect(withLesion.some((plan) => plan.lesions.length > 10)).toBe(true);
  });

  it('use the arterial territories in the given proportions, although small territories only take small lesions', () => {
    for (const territory of TERRITORIES) {
      const there = withLesion.filter((plan) => plan.territory === territory);
      expect(Math.abs(share(there.length) - TERRITORY_SHARES[territory]), territory).toBeLessThan(0.03);
      for (const plan of there)
        expect(plan.totalVolumeMl).toBeLessThanOrEqual(TERRITORY_CAPACITY_ML[territory]);
    }
  });

  it('are empty in 3% of the cases', () => {
    expect(Math.abs(1 - share(withLesion.length, CASES) - EMPTY_SHARE)).toBeLessThan(0.011);
    for (const plan of plans) expect(plan.territory === null).toBe(plan.lesions.length === 0);
  });

  it('split the volume into lesions that add up, largest first, none below the minimum size', () => {
    for (const { lesions, totalVolumeMl } of withLesion) {
      const sizes = lesions.map((lesion) => lesion.voxels);
      expect(sizes.reduce((sum, voxels) => sum + voxels, 0)).toBe(Math.round(totalVolumeMl * 1000));
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(MIN_COMPONENT_VOXELS);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });

  it('make some lesions hardly visible, but no large ones', () => {
    const faint = withLesion.filter((plan) => plan.lesions[0]!.nearlyIsointense);
    expect(share(faint.length)).toBeGreaterThan(0.03);
    expect(share(faint.length)).toBeLessThan(0.2);
    for (const plan of faint) expect(plan.totalVolumeMl).toBeLessThan(20);
  });

  it('come from sites of unequal size whose brightness spans orders of magnitude', () => {
    const sites = randomSites('distributions');
    const gains = sites.map((site) => site.gain);
    expect(Math.min(...gains)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...gains)).toBeLessThanOrEqual(100_000);
    expect(Math.max(...gains) / Math.min(...gains)).toBeGreaterThan(100);
    const counts = sites.map((site) => plans.filter((plan) => plan.site.name === site.name).length);
    expect(counts[0]! / counts[counts.length - 1]!).toBeGreaterThan(5);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('have days since stroke that fit the chronicity, or none', () => {
    const range = { acute: [1, 7], subacute: [8, 180], chronic: [181, 5000] } as const;
    for (const { chronicity, daysPostStroke } of plans) {
      if (daysPostStroke === null) continue;
      expect(daysPostStroke).toBeGreaterThanOrEqual(range[chronicity][0]);
      expect(daysPostStroke).toBeLessThanOrEqual(range[chronicity][1]);
    }
    expect(plans.filter((plan) => plan.daysPostStroke === null).length).toBeGreaterThan(0);
  });

  it('depend only on seed and index, and differ for other values of either', () => {
    expect(planCase('distributions', 17)).toEqual(plans[17]);
    expect(planCase('distributions ', 17)).not.toEqual(plans[17]);
    const volumes = new Set(withLesion.map((plan) => plan.totalVolumeMl));
    expect(volumes.size).toBeGreaterThan(withLesion.length * 0.85);
  });
});
