import type { Agreement } from '#lib/api/leaderboards/figures.ts';
import type { VolumePoint } from '#lib/api/pages/comparison.ts';
import { type Axis, axisOver } from '#lib/domain/statistics/axis.ts';

/** The axes of Bland–Altman plots that are compared: means of both volumes, and differences with the limits. In ml. */
export function volumeAxes(
  points: readonly VolumePoint[],
  agreements: readonly (Agreement | null)[],
): { x: Axis; y: Axis } {
  const means = points.map(({ predictedMl, trueMl }) => (predictedMl + trueMl) / 2);
  const differences = points.map(({ predictedMl, trueMl }) => predictedMl - trueMl);
  const limits = agreements.flatMap((one) => (one ? [one.lowerInterval[0], one.upperInterval[1]] : []));
  return { x: axisOver([0, ...means], [0, null]), y: axisOver([0, ...differences, ...limits], [null, null]) };
}
