import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { MetricSet } from '#lib/domain/phases/metric-sets.ts';
import type { Axis } from '#lib/domain/statistics/axis.ts';

/** The view of the leaderboard's page; not part of /api/v1. */
export interface LeaderboardPageView extends LeaderboardView {
  /** Sets of the phase, of metrics that are shown. */
  metricSets: MetricSet[];
  /** For the intervals of each metric, over all entries. */
  axes: Axis[];
  /** Slugs of the pinned teams. */
  pins: string[];
  /** Pinned teams that aren't among `entries`. */
  pinned: LeaderboardEntry[];
}
