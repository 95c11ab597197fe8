import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards.ts';

/** Order of the board as the address says it: `sort=dice` or `sort=-dice`; without one, by rank. */
export interface LeaderboardSort {
  key: string;
  descending: boolean;
}

const FIXED_KEYS = ['rank', 'team', 'mean-rank', 'failed', 'submissions', 'date'] as const;
export const DEFAULT_SORT: LeaderboardSort = { key: 'rank', descending: false };

/** Whether a column's first click shows the largest values first: what readers look for at the top. */
function descendsFirst(leaderboard: LeaderboardView, key: string): boolean {
  if (key === 'submissions' || key === 'date') return true;
  return leaderboard.metrics.find((metric) => metric.metric === key)?.better === 'higher';
}

/** An address that names no column of this board falls back to the rank. */
export function parseSort(leaderboard: LeaderboardView, text: string | undefined): LeaderboardSort {
  const descending = text?.startsWith('-') ?? false;
  const key = descending ? text!.slice(1) : text;
  const known =
    key !== undefined &&
    ((FIXED_KEYS as readonly string[]).includes(key) ||
      leaderboard.metrics.some((metric) => metric.metric === key));
  return known ? { key, descending } : DEFAULT_SORT;
}

/** What a click on a column's heading asks for: its natural order first, then the other way round. */
export function nextSort(
  leaderboard: LeaderboardView,
  current: LeaderboardSort,
  key: string,
): LeaderboardSort {
  if (current.key === key) return { key, descending: !current.descending };
  return { key, descending: descendsFirst(leaderboard, key) };
}

/** null where the address needs no `sort`. */
export function sortParameter(sort: LeaderboardSort): string | null {
  if (sort.key === DEFAULT_SORT.key && !sort.descending) return null;
  return `${sort.descending ? '-' : ''}${sort.key}`;
}

function sortValue(leaderboard: LeaderboardView, row: LeaderboardEntry, key: string): number | string | null {
  switch (key) {
    case 'rank':
      return row.rank;
    case 'team':
      return row.teamName.toLowerCase();
    case 'mean-rank':
      return row.meanRank;
    case 'failed':
      return row.failed;
    case 'submissions':
      return row.submissionCount;
    case 'date':
      return row.submittedAt;
    default:
      return row.scores[leaderboard.metrics.findIndex((metric) => metric.metric === key)]?.mean ?? null;
  }
}

/** A new array. A value that does not exist stays last either way; ties keep the order of the ranking. */
export function sortRows(leaderboard: LeaderboardView, sort: LeaderboardSort): LeaderboardEntry[] {
  const sign = sort.descending ? -1 : 1;
  return [...leaderboard.entries].sort((a, b) => {
    const left = sortValue(leaderboard, a, sort.key);
    const right = sortValue(leaderboard, b, sort.key);
    if (left === right) return a.rank - b.rank;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left < right ? -1 : 1) * sign;
  });
}
