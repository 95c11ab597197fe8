import { describe, expect, it } from 'vitest';
import { predictRecovery } from '#examples/algorithms/outcome/predict.ts';
import { planCase } from '#examples/synthetic/plan.ts';
import { MAX_SCORE, planRecovery, type Recovery } from '#examples/synthetic/recovery/recovery.ts';

const CASES = Array.from({ length: 400 }, (_, index) => {
  const plan = planCase('recovery', index);
  return { plan, recovery: planRecovery('recovery', plan) };
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanOf = (of: (one: Recovery) => number) => mean(CASES.map(({ recovery }) => of(recovery)));

describe('the recovery of synthetic patients', () => {
  it('is the same for the same seed and case', () => {
    const { plan, recovery } = CASES[7]!;
    expect(planRecovery('recovery', plan)).toEqual(recovery);
    expect(planRecovery('another', plan)).not.toEqual(recovery);
  });

  it('stays within the range of the score, with one decimal', () => {
    for (const { recovery } of CASES) {
      const { initialScore, finalScore } = recovery;
      expect(Math.min(initialScore, finalScore)).toBeGreaterThanOrEqual(0);
      expect(Math.max(initialScore, finalScore)).toBeLessThanOrEqual(MAX_SCORE);
      expect(Number.isInteger(initialScore)).toBe(true);
      expect(finalScore).toBe(Number(finalScore.toFixed(1)));
    }
  });

  it('is worse after large lesions', () => {
    const finalScores = (isLarge: boolean) =>
      CASES.filter(({ plan }) => plan.totalVolumeMl > 20 === isLarge).map(
        ({ recovery }) => recovery.finalScore,
      );
    expect(mean(finalScores(true))).toBeLessThan(mean(finalScores(false)) - 5);
  });
});

describe('the linear rule', () => {
  /** Mean absolute error and Brier score, if the algorithm finds this share of a lesion. */
  function errors(foundShare: number): { mae: number; brier: number } {
    const predicted = CASES.map(({ plan, recovery }) => ({
      ...predictRecovery(recovery, foundShare * plan.totalVolumeMl),
      recovery,
    }));
    return {
      mae: mean(predicted.map(({ score, recovery }) => Math.abs(score - recovery.finalScore))),
      brier: mean(predicted.map(({ walks, recovery }) => (walks - Number(recovery.walksIndependently)) ** 2)),
    };
  }

  it.each([0, 0.5, 1])('beats the mean if it finds %f of each lesion', (share) => {
    const average = meanOf(({ finalScore }) => finalScore);
    const walkers = meanOf(({ walksIndependently }) => Number(walksIndependently));
    const { mae, brier } = errors(share);
    expect(mae).toBeLessThan(0.6 * meanOf(({ finalScore }) => Math.abs(finalScore - average)));
    // Of a constant: p·(1 − p).
    expect(brier).toBeLessThan(0.8 * walkers * (1 - walkers));
  });

  it('predicts more accurately the more it knows of the lesion', () => {
    expect(errors(1).mae).toBeLessThan(errors(0).mae);
  });
});
