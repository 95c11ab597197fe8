import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { normalQuantile } from '#lib/domain/ranking/significance/normal.ts';

/**
 * The ladder shows a team's submission only if it is clearly better than the entry that the team shows already, so that
 * patient guessing learns nothing (scoring.md, "Not leaking the test set"; after the ladder of Blum and Hardt, 2015, with a
 * test in place of a fixed step). A team's first submission is always shown.
 */

/** Probability, over all submissions that a phase admits, that one is shown although it is no better. */
const FALSE_SHOWN = 0.05;

/** How many standard errors an improvement must exceed: Φ⁻¹(1 − 0.05 / N). @param admitted N, of all teams. */
export function ladderZ(admitted: number): number {
  return normalQuantile(1 - FALSE_SHOWN / admitted);
}

/**
 * Whether a submission takes the place of the team's shown entry.
 *
 * @param gains per case, the improvement of the primary metric over the shown entry, above 0 where it is better; of the
 *   cases that count and aren't held back, with the worst value where a case failed.
 * @param admitted submissions that the phase admits from all teams.
 */
export function replacesShown(gains: ArrayLike<number>, admitted: number): boolean {
  const n = gains.length;
  if (n < 2) return false;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += roundScore(gains[i]!);
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (roundScore(gains[i]!) - mean) ** 2;
  const sd = Math.sqrt(squares / (n - 1));
  return roundScore(mean) > roundScore((ladderZ(admitted) * sd) / Math.sqrt(n));
}

/** The improvement that a submission needs to be shown, in the metric's unit. @param sd of the differences per case. */
export function ladderStep({ admitted, cases, sd }: { admitted: number; cases: number; sd: number }): number {
  return (ladderZ(admitted) * sd) / Math.sqrt(cases);
}
