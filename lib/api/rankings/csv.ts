import { leaderboardCsv } from '#lib/api/leaderboards/csv.ts';
import type { PermanentRanking } from './permanent.ts';

/** A ranking under a permanent link, or one on the cases of a stratum, as CSV, in the columns of the leaderboard's own. */
export function rankingCsv({ method, metrics, entries }: PermanentRanking): string {
  const { decimals, summary } = method;
  return leaderboardCsv({ entries, metrics, decimals, summary });
}
