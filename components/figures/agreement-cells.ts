import { formatScore, NO_VALUE } from '#components/format/quantity.ts';
import type { Agreement } from '#lib/api/leaderboards/figures.ts';
import { caseDecimals } from '#lib/domain/metrics/rounding.ts';
import type { PlotTable } from './export-plot.ts';

export const AGREEMENT_COLUMNS: PlotTable['columns'] = [
  { name: 'n', label: 'n' },
  { name: 'failed', label: 'Failed' },
  { name: 'bias_ml', label: 'Bias, ml' },
  { name: 'lower_limit_ml', label: 'Lower limit, ml' },
  { name: 'upper_limit_ml', label: 'Upper limit, ml' },
  { name: 'icc', label: 'ICC(2,1)' },
  { name: 'concordance', label: 'Lin’s concordance' },
];

/** With 95% intervals in brackets. */
export function agreementCells(one: Agreement | null, decimals: number): (string | number | null)[] {
  if (!one) return AGREEMENT_COLUMNS.map(() => null);
  const places = caseDecimals(decimals);
  return [
    one.n,
    one.failed,
    withInterval({ value: one.bias, interval: one.biasInterval }, places),
    withInterval({ value: one.lower, interval: one.lowerInterval }, places),
    withInterval({ value: one.upper, interval: one.upperInterval }, places),
    withInterval(one.icc, places),
    withInterval(one.concordance, places),
  ];
}

/** "0.91 (0.87 to 0.94)" */
function withInterval(
  found: { value: number; interval: readonly [number, number] | null } | null,
  decimals: number,
): string {
  if (!found) return NO_VALUE;
  const { value, interval } = found;
  const text = formatScore(value, decimals);
  return interval
    ? `${text} (${formatScore(interval[0], decimals)} to ${formatScore(interval[1], decimals)})`
    : text;
}
