import type { LeaderboardSort } from './sort.ts';

/** What the address of a leaderboard page holds. */
export interface LeaderboardState {
  sort: LeaderboardSort;
  pins: readonly string[];
  /** Address of this board with another state. */
  hrefOf: (change: { sort?: LeaderboardSort; pins?: readonly string[] }) => string;
}
