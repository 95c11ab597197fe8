import { expect, test } from 'vitest';
import {
  bitsPerSubmission,
  type LedgerMetric,
  type LedgerPhase,
  leakOf,
} from '#lib/domain/disclosure/ledger.ts';
import { disclosedPhase } from '#test/support/disclosed-phase.ts';

const DICE: LedgerMetric = { over: 'case', range: [0, 1], worst: 0 };
const phase = (over: Partial<LedgerPhase> = {}): LedgerPhase => ({
  ...disclosedPhase(),
  ...{ decimals: 3, caseCount: 127, metrics: [DICE], strata: [] },
  ...over,
});

test('a shown score has the bits of its possible values: mean, median and the cases without a value', () => {
  // 2 · log₂(1001) + log₂(128)
  expect(bitsPerSubmission(phase())).toBeCloseTo(19.934 + 7, 3);
  // A volume up to 399 ml, to whole milliliters: 2 · log₂(400).
  const volume: LedgerMetric = { over: 'case', range: [0, null], worst: 399 };
  expect(bitsPerSubmission(phase({ decimals: 0, metrics: [volume] }))).toBeCloseTo(17.288 + 7, 3);
  // AUROC: log₂(101).
  const auroc: LedgerMetric = { over: 'set', range: [0, 1], worst: null };
  expect(bitsPerSubmission(phase({ decimals: 2, metrics: [auroc] }))).toBeCloseTo(6.658, 3);
});

test('each stratum that is shown adds an average and the cases without a value', () => {
  // log₂(1001) + log₂(64), and log₂(1001) + log₂(16)
  const strata = bitsPerSubmission(phase({ strata: [63, 15] })) - bitsPerSubmission(phase());
  expect(strata).toBeCloseTo(9.967 + 6 + 9.967 + 4, 3);
});

test('single cases multiply it, with at most three decimals', () => {
  const bits = bitsPerSubmission(phase({ decimals: 6, showsCaseScores: true }));
  expect(bits).toBeCloseTo(2 * Math.log2(1e6 + 1) + 7 + 127 * Math.log2(1001), 6);
});

test('live phases tell every score, and the possible luck grows with the root of the bits', () => {
  const one = leakOf(phase(), { scored: 1, shown: 0 });
  const four = leakOf(phase(), { scored: 4, shown: 0 });
  expect(four).toMatchObject({ submissions: 4, shown: 4, bits: 4 * one.bits });
  // √(2 · 26.934 · ln 2)
  expect(one.possibleLuck).toBeCloseTo(6.111, 2);
  expect(four.possibleLuck).toBeCloseTo(2 * one.possibleLuck, 9);
});

test('a ladder tells shown scores and its decisions', () => {
  const ladder = phase({ disclosure: 'LADDER' });
  const { bits, shown } = leakOf(ladder, { scored: 1000, shown: 1 });
  // log₂(1001) + log₂(1000)
  expect(bits).toBeCloseTo(bitsPerSubmission(ladder) + 9.967 + 9.966, 2);
  expect(shown).toBe(1);
  expect(leakOf(ladder, { scored: 0, shown: 0 }).bits).toBe(0);
  expect(leakOf(phase(), { scored: 1000, shown: 0 }).bits).toBeGreaterThan(500 * bits);
});

test('a sealed phase tells nothing before the reveal, except to teams that see their own scores', () => {
  const sealed = { disclosure: 'SEALED' } as const;
  expect(leakOf(phase(sealed), { scored: 9, shown: 0 })).toEqual({
    submissions: 9,
    shown: 0,
    bits: 0,
    possibleLuck: 0,
  });
  expect(leakOf(phase({ ...sealed, showsOwnScores: true }), { scored: 9, shown: 0 }).bits).toBeGreaterThan(
    200,
  );
  expect(leakOf(phase({ ...sealed, revealedAt: new Date() }), { scored: 9, shown: 0 }).bits).toBeGreaterThan(
    200,
  );
});
