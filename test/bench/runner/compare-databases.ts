import { median } from '#test/bench/median.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { EvaluationBed, STEPS, type Step, type Timings } from './evaluation-bed.ts';

/** A step may take this much longer in the large database; below the second part, differences are chance. */
const RATIO_LIMIT = 1.25;
const CHANCE_MS = 0.3;
const WARM_UP_ROUNDS = 3;

export interface StepComparison {
  step: Step;
  emptyMs: number;
  largeMs: number;
  slower: boolean;
}

/**
 * Evaluates in both databases in turn, so that other load on the machine affects both, and compares the median
 * durations of each step.
 */
export async function compareDatabases(
  empty: TestDatabase,
  large: TestDatabase,
  rounds: number,
): Promise<StepComparison[]> {
  const beds = [await EvaluationBed.open(empty), await EvaluationBed.open(large)] as const;
  try {
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      for (const bed of beds) await bed.evaluateOne();
    }
    return compareTimings(beds[0].timings, beds[1].timings);
  } finally {
    for (const bed of beds) await bed.close();
  }
}

/** The rounds at the start don't count, because connections and plans are new. */
export function compareTimings(empty: Timings, large: Timings): StepComparison[] {
  return STEPS.map((step) => {
    const [emptyMs, largeMs] = [empty, large].map((timings) => {
      const perRound = timings[step].length / timings.queue.length;
      return median(timings[step].slice(WARM_UP_ROUNDS * perRound));
    }) as [number, number];
    return { step, emptyMs, largeMs, slower: largeMs > RATIO_LIMIT * emptyMs + CHANCE_MS };
  });
}

export function comparisonLine({ step, emptyMs, largeMs, slower }: StepComparison): string {
  const [empty, large] = [emptyMs, largeMs].map((ms) => `${ms.toFixed(2)} ms`.padStart(10));
  return `${slower ? '✗' : ' '} ${step.padEnd(8)} empty ${empty}, large ${large}: ${(largeMs / emptyMs).toFixed(2)}×`;
}

/** "at most 1.25× and 0.3 ms more" */
export const COMPARISON_LIMIT = `at most ${RATIO_LIMIT}× and ${CHANCE_MS} ms more`;
