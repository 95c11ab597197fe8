import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import { costOf } from '#lib/domain/ranking/ranks.ts';

/** A scored submission: minutes since 1970, and its value of a metric. */
export type HistoryPoint = readonly [minute: number, value: number | null];

/** The submissions of a team that were better than all before: where its best score so far takes a step. */
export function bestSoFar(
  points: readonly HistoryPoint[],
  { better }: Pick<LeaderboardMetric, 'better'>,
): (readonly [minute: number, value: number])[] {
  const steps: [number, number][] = [];
  for (const [minute, value] of points) {
    if (value === null) continue;
    const best = steps.at(-1)?.[1];
    if (best === undefined || costOf(value, better) < costOf(best, better)) steps.push([minute, value]);
  }
  return steps;
}

/** Moves labels apart so that each has its height, as little as possible and downwards first. In the order of `wanted`. */
export function spreadLabels(wanted: readonly number[], heightPx: number, bottomPx: number): number[] {
  const order = [...wanted.keys()].sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = wanted.map(() => 0);
  let free = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    placed[index] = Math.max(wanted[index]!, free);
    free = placed[index] + heightPx;
  }
  let limit = bottomPx;
  for (const index of order.toReversed()) {
    placed[index] = Math.min(placed[index]!, limit);
    limit = placed[index] - heightPx;
  }
  return placed;
}

const DAY_MS = 86_400_000;
const TICKS = 4;

/** Midnights (UTC) that part the time into about four. Times in ms. */
export function dayTicks(from: number, to: number): number[] {
  const first = Math.ceil(from / DAY_MS) * DAY_MS;
  const days = Math.max(1, Math.round((to - first) / DAY_MS / TICKS));
  const ticks: number[] = [];
  for (let tick = first; tick <= to; tick += days * DAY_MS) ticks.push(tick);
  return ticks;
}
