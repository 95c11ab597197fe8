import type { LeaderboardSort } from './sort.ts';

/** The state of a leaderboard page, which is kept in its URL. */
export interface LeaderboardState {
  sort: LeaderboardSort;
  pins: readonly string[];
  /** URL of this leaderboard with another state. */
  hrefOf: (change: { sort?: LeaderboardSort; pins?: readonly string[] }) => string;
}
