import { describe, expect, it } from 'vitest';
import { compareTimings, comparisonLine } from '#test/bench/runner/compare-databases.ts';
import { STEPS, type Timings } from '#test/bench/runner/evaluation-bed.ts';

/** Ten rounds, of which the first three are slow, with two records in each. */
function timings(ms: number): Timings {
  const rounds = [1000, 1000, 1000, ...Array.from({ length: 7 }, () => ms)];
  const steps = STEPS.map((step) => [step, step === 'record' ? rounds.flatMap((one) => [one, one]) : rounds]);
  return Object.fromEntries(steps) as Timings;
}

describe('compareTimings', () => {
  it('compares medians without the rounds at the start', () => {
    for (const { step, emptyMs, largeMs } of compareTimings(timings(2), timings(2.5))) {
      expect([step, emptyMs, largeMs]).toEqual([step, 2, 2.5]);
    }
  });

  it('calls a step slower by more than a quarter and what is due to chance', () => {
    // 1.25 · 2 ms + 0.3 ms = 2.8 ms
    expect(compareTimings(timings(2), timings(2.8)).some(({ slower }) => slower)).toBe(false);
    expect(compareTimings(timings(2), timings(2.81)).every(({ slower }) => slower)).toBe(true);
  });
});

describe('comparisonLine', () => {
  it('marks a slower step', () => {
    const line = comparisonLine({ step: 'queue', emptyMs: 2, largeMs: 9, slower: true });
    expect(line).toBe('✗ queue    empty    2.00 ms, large    9.00 ms: 4.50×');
  });
});
