import { type Better, costOf } from './ranks.ts';

/** One scored submission of a team. */
export interface HistoryPoint {
  at: Date;
  /** Of the primary metric; null without one. */
  value: number | null;
}

/**
 * At most `max` submissions that tell how a team's score developed: every one that is better than all before it, and the
 * latest others. Where there are too many of the former, the latest of them.
 *
 * @param points by time.
 */
export function shortenHistory(points: readonly HistoryPoint[], better: Better, max: number): HistoryPoint[] {
  if (points.length <= max) return [...points];
  let best = Number.POSITIVE_INFINITY;
  const improves = points.map(({ value }) => {
    const cost = value === null ? Number.POSITIVE_INFINITY : costOf(value, better);
    const isBetter = cost < best;
    best = Math.min(best, cost);
    return isBetter;
  });
  const latestFirst = [...points.keys()].reverse();
  const improving = latestFirst.filter((at) => improves[at]);
  const others = latestFirst.filter((at) => !improves[at]);
  const kept = new Set([...improving, ...others].slice(0, max));
  return points.filter((_, at) => kept.has(at));
}
