import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import { type DisclosedPhase, isSealed } from './disclosure.ts';

/**
 * How much a team has been told about the hidden cases: an upper limit in bits (docs/organizers/what-scores-show.md, "The
 * leak ledger"). A number that is shown is one of so many that are possible, as if the team knew nothing about it before.
 */

export interface LedgerPhase extends DisclosedPhase {
  decimals: number;
  /** Cases whose scores are shown. */
  caseCount: number;
  metrics: readonly LedgerMetric[];
  /** Number of cases of each stratum that is shown. */
  strata: readonly number[];
}

export interface LedgerMetric {
  over: 'case' | 'set';
  /** Smallest and largest possible value; null where there is none. */
  range: readonly [number | null, number | null];
  /** Of a case, as declared when the test set was sealed; null where nothing was. */
  worst: number | null;
}

export interface Leak {
  /** Scored submissions. */
  submissions: number;
  /** Those whose scores the team sees. */
  shown: number;
  bits: number;
  /** By how many standard errors a score can be too good on average because of that, at most. */
  possibleLuck: number;
}

/** What a team has been told by its submissions to a phase. @param shown those of which a ladder shows scores. */
export function leakOf(phase: LedgerPhase, { scored, shown }: { scored: number; shown: number }): Leak {
  if (isSealed(phase) && !phase.showsOwnScores)
    return { submissions: scored, shown: 0, bits: 0, possibleLuck: 0 };
  const isLadder = phase.disclosure === 'LADDER';
  const seen = isLadder ? shown : scored;
  const bits = seen * bitsPerSubmission(phase) + (isLadder && scored > 0 ? decisionBits(scored, shown) : 0);
  return { submissions: scored, shown: seen, bits, possibleLuck: possibleLuck(bits) };
}

/** Of one submission whose scores are shown. */
export function bitsPerSubmission(phase: LedgerPhase): number {
  const { decimals, caseCount, metrics, strata } = phase;
  const showsCases = phase.kind === 'OPEN' || phase.showsCaseScores;
  return metrics.reduce((bits, metric) => {
    const value = valueBits(metric, decimals);
    if (metric.over === 'set') return bits + value;
    const cases = showsCases ? caseCount * valueBits(metric, caseDecimals(decimals)) : 0;
    // Mean, median and the number of cases without a value; in each stratum the average that the phase shows and that number.
    const ofStrata = strata.reduce((sum, count) => sum + value + Math.log2(count + 1), 0);
    return bits + 2 * value + Math.log2(caseCount + 1) + cases + ofStrata;
  }, 0);
}

/** A metric without an upper limit counts up to the declared worst value, and one without that up to 1. */
function valueBits({ range: [least, most], worst }: LedgerMetric, decimals: number): number {
  const width = Math.abs((most ?? Math.max(worst ?? 1, 1)) - (least ?? 0));
  return Math.log2(width * 10 ** decimals + 1);
}

/** Which s of k submissions a ladder showed: s itself, and one of the sequences with so many. */
function decisionBits(k: number, s: number): number {
  let sequences = 0;
  for (let i = 1; i <= s; i++) sequences += Math.log2((k - s + i) / i);
  return Math.log2(k + 1) + sequences;
}

/** √(2 · b · ln 2): the largest bias of a mean that was chosen with b bits of knowledge (Russo and Zou, 2016). */
function possibleLuck(bits: number): number {
  return Math.sqrt(2 * bits * Math.LN2);
}
