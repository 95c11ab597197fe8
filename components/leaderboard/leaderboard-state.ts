import type { BoardSort } from './sort.ts';

/** What the address of a leaderboard page holds. */
export interface BoardState {
  sort: BoardSort;
  pins: readonly string[];
  /** Address of this board with another state. */
  hrefOf: (change: { sort?: BoardSort; pins?: readonly string[] }) => string;
}
