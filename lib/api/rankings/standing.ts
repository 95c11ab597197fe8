import type { TombstoneView } from './tombstones.ts';

/** What stands beside the entries of a leaderboard; not part of /api/v1. */
export interface RankingStanding {
  /** Submissions whose scores don't count any more, the latest first. */
  tombstones: TombstoneView[];
  /** The permanent link of the final ranking, and since when it is final; null if it isn't. */
  final: { id: string; since: string } | null;
}
