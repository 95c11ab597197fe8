import type {
  LeaderboardEntry,
  LeaderboardPage,
  LeaderboardQuery,
} from '#lib/api/leaderboards/leaderboards.ts';

/**
 * The entries that a query asks for. Its cursor is a team, not a place, so that no entry is skipped or repeated
 * when the order changes between two pages; a team that isn't there any more leads to the first page.
 *
 * @param sorted all entries in the order of the query.
 */
export function pageOf(
  sorted: readonly LeaderboardEntry[],
  { q = '', team, after, limit }: Pick<LeaderboardQuery, 'q' | 'team' | 'after' | 'limit'>,
): { entries: LeaderboardEntry[]; page: LeaderboardPage } {
  const wanted = q.toLowerCase();
  const teams = team?.split(',');
  const matching = sorted.filter(
    ({ teamSlug, teamName, algorithm }) =>
      (teams?.includes(teamSlug) ?? true) &&
      [teamName, algorithm].some((name) => name.toLowerCase().includes(wanted)),
  );
  const start = matching.findIndex(({ teamSlug }) => teamSlug === after) + 1;
  const entries = matching.slice(start, start + limit);
  const end = start + entries.length;
  const previousStart = Math.max(0, start - limit);
  return {
    entries,
    page: {
      total: sorted.length,
      matching: matching.length,
      from: entries.length === 0 ? 0 : start + 1,
      next: end < matching.length ? entries.at(-1)!.teamSlug : null,
      previous: start === 0 ? null : (matching[previousStart - 1]?.teamSlug ?? ''),
    },
  };
}
