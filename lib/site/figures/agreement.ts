import type { Agreement } from '#lib/api/leaderboards/figures.ts';
import type { CaseVolumes } from '#lib/domain/evaluations/volumes.ts';
import { caseDecimals, roundTo } from '#lib/domain/metrics/rounding.ts';
import { limitsOfAgreement } from '#lib/domain/statistics/agreement/bland-altman.ts';
import { concordance } from '#lib/domain/statistics/agreement/concordance.ts';
import { type Coefficient, intraclassCorrelation } from '#lib/domain/statistics/agreement/intraclass.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import type { ShownCases } from './shown-cases.ts';

/** How well the volumes of a submission agree with the true ones; null where too few cases have a volume. */
export function agreementOf(
  volumes: readonly CaseVolumes[],
  { decimals }: Pick<PhaseWithTestSet, 'decimals'>,
  { minCases, heldBack }: Pick<ShownCases, 'minCases' | 'heldBack'>,
): Agreement | null {
  if (volumes.length < minCases) return null;
  const predicted = Float64Array.from(volumes, ({ predictedMl }) => predictedMl);
  const truth = Float64Array.from(volumes, ({ trueMl }) => trueMl);
  const limits = limitsOfAgreement(predicted.map((value, i) => value - truth[i]!));
  if (!limits) return null;
  const places = caseDecimals(decimals);
  const round = (value: number) => roundTo(value, places);
  const both = ([low, high]: [number, number]): [number, number] => [round(low), round(high)];
  const coefficient = (found: Coefficient | null) =>
    found && { value: round(found.value), interval: found.interval && both(found.interval) };
  return {
    n: limits.n,
    failed: heldBack.filter((isHeldBack) => !isHeldBack).length - limits.n,
    bias: round(limits.bias),
    biasInterval: both(limits.biasInterval),
    lower: round(limits.lower),
    lowerInterval: both(limits.lowerInterval),
    upper: round(limits.upper),
    upperInterval: both(limits.upperInterval),
    icc: coefficient(intraclassCorrelation([predicted, truth])),
    concordance: coefficient(concordance(predicted, truth)),
  };
}
