/**
 * Rounds to the given number of decimals, halves away from zero. Used for disclosed values, so never returns
 * −0.
 */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // The correction makes 1.005 · 100 = 100.49999999999999 round like the intended half.
  const scaled = Math.abs(value) * scale;
  const rounded = Math.round(scaled + scaled * Number.EPSILON);
  return rounded === 0 ? 0 : (Math.sign(value) * rounded) / scale;
}

/** Scores of single cases have at most this many decimals, whatever the phase shows for means. */
const MAX_CASE_DECIMALS = 3;

export function caseDecimals(phaseDecimals: number): number {
  return Math.min(phaseDecimals, MAX_CASE_DECIMALS);
}

export function roundOrNull(value: number | null, decimals: number): number | null {
  return value === null ? null : roundTo(value, decimals);
}
