import { roundTo } from '#lib/domain/metrics/rounding.ts';

/** The scale of a chart, shared by all its elements. */
export interface Axis {
  min: number;
  max: number;
  ticks: number[];
}

/** Step sizes that are easy to read. */
const STEPS = [1, 2, 2.5, 5, 10];
const MAX_TICKS = 6;

/**
 * An axis with round ticks that contains all values and stays within the metric's range.
 *
 * @param range smallest and largest possible value; null where there is none. Without values, the axis is
 * the range, or its first unit.
 */
export function axisOver(values: readonly number[], range: readonly [number | null, number | null]): Axis {
  const [floor, ceiling] = range;
  const first = floor ?? (ceiling === null ? 0 : ceiling - 1);
  const low = values.length > 0 ? Math.min(...values) : first;
  const high = values.length > 0 ? Math.max(...values) : (ceiling ?? first + 1);
  const span = high > low ? high - low : Math.max(Math.abs(low), 1) / 2;
  const step = roundStep(span / (MAX_TICKS - 2));
  const bottom = roundTo(Math.floor(low / step) * step, 10);
  const min = floor === null ? bottom : Math.max(floor, bottom);
  const top = roundTo(Math.max(Math.ceil(high / step) * step, min + step), 10);
  const max = ceiling === null ? top : Math.min(ceiling, top);
  // At the upper end of the range, the axis is extended downwards.
  if (max <= min) return axisOver([roundTo(max - step, 10), max], range);
  const count = Math.round((max - min) / step);
  return { min, max, ticks: Array.from({ length: count + 1 }, (_, i) => roundTo(min + i * step, 10)) };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return roundTo(STEPS.find((step) => step * power >= rough * (1 - 1e-9))! * power, 10);
}
