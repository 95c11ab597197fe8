import type { CaseScoreView, EvaluationView } from '#lib/api/evaluations.ts';
import { type Axis, axisOver } from '#lib/domain/statistics/axis.ts';
import { type Box, boxOf } from '#lib/domain/statistics/distribution.ts';
import { swarm } from './swarm.ts';

/** The data of the distribution figure: a panel per unit, a lane per metric, a dot per case. */

type MetricScores = EvaluationView['scores'][number];

export interface Dot {
  caseId: string;
  value: number;
  /** Lane of the panel, from 0, and position across the lane, from −1 to 1. */
  lane: number;
  across: number;
}

export interface Lane {
  metric: MetricScores;
  box: Box | null;
  dots: Dot[];
}

export interface Panel {
  unit: string;
  better: MetricScores['better'];
  axis: Axis;
  lanes: Lane[];
}

/** Positions within a lane, in lane heights: its middle, half a box, the farthest dot. */
export interface LaneShape {
  middle: number;
  box: number;
  spread: number;
}

/** Width of a dot as a fraction of the axis, and rows of dots on either side of the middle before they move closer. */
const DOTS = { dot: 1 / 100, rows: 3 };

/** Metrics with the same unit share an axis, so that lanes can be compared. */
export function panelsOf(metrics: readonly MetricScores[], cases: readonly CaseScoreView[]): Panel[] {
  const byUnit = Map.groupBy(metrics, ({ unit, better }) => `${unit} ${better}`);
  return [...byUnit.values()].map((group): Panel => {
    const { unit, better } = group[0]!;
    const values = group.map((entry) => valuesOf(entry.metric, cases));
    const all = values.flatMap((lane) => lane.map(({ value }) => value));
    const axis = axisOver(startOf(group[0]!, all), group[0]!.range);
    const lanes = group.map((entry, index) => laneOf(entry, values[index]!, axis, index));
    return { unit, better, axis, lanes };
  });
}

/** What the axis of a metric is over: shares show their whole range, numbers that can't be negative start at 0. */
export function startOf(
  { range: [floor, ceiling] }: Pick<MetricScores, 'range'>,
  values: readonly number[],
): number[] {
  if (floor === 0 && ceiling === 1) return [0, 1];
  return floor === null ? [...values] : [floor, ...values];
}

function valuesOf(metric: string, cases: readonly CaseScoreView[]): { caseId: string; value: number }[] {
  return cases.flatMap(({ caseId, metrics }) => {
    const value = metrics[metric] ?? null;
    return value === null ? [] : [{ caseId, value }];
  });
}

function laneOf(
  metric: MetricScores,
  values: readonly { caseId: string; value: number }[],
  { min, max }: Axis,
  index: number,
): Lane {
  const shares = values.map(({ value }) => (value - min) / (max - min));
  const across = swarm(shares, DOTS);
  return {
    metric,
    box: boxOf(values.map(({ value }) => value)),
    dots: values.map((value, at) => ({ ...value, lane: index, across: across[at]! })),
  };
}

/** IDs from the worst to the best value of a metric; cases without a value come first. */
export function worstFirst(
  { metric, better }: Pick<MetricScores, 'metric' | 'better'>,
  cases: readonly CaseScoreView[],
): string[] {
  const sign = better === 'higher' ? 1 : -1;
  const keyOf = ({ metrics }: CaseScoreView) => {
    const value = metrics[metric] ?? null;
    return value === null ? Number.NEGATIVE_INFINITY : sign * value;
  };
  return cases
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
    .map(({ caseId }) => caseId);
}

/** Vertical position in the panel, in lane heights. */
export function heightOf({ lane, across }: Dot, { middle, spread }: LaneShape): number {
  return lane + middle + spread * across;
}

/**
 * The dot nearest to a position in a panel, or null if none is within reach.
 *
 * @param at x as a fraction of the axis, y in lane heights
 * @param scale length of the axis, height of a lane and reach, in pixels
 */
export function nearestDot(
  { axis, lanes }: Panel,
  shape: LaneShape,
  at: { x: number; y: number },
  scale: { axisPx: number; lanePx: number; reachPx: number },
): Dot | null {
  let found: Dot | null = null;
  let nearest = scale.reachPx;
  for (const dot of lanes.flatMap(({ dots }) => dots)) {
    const x = (dot.value - axis.min) / (axis.max - axis.min);
    const distance = Math.hypot((x - at.x) * scale.axisPx, (heightOf(dot, shape) - at.y) * scale.lanePx);
    if (distance > nearest) continue;
    found = dot;
    nearest = distance;
  }
  return found;
}
