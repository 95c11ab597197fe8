import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

/** The view of the leaderboard's page; not part of /api/v1. */
export interface LeaderboardPageView extends LeaderboardView {
  /** Slugs of the pinned teams. */
  pins: string[];
  /** Pinned teams that aren't among `entries`. */
  pinned: LeaderboardEntry[];
}
