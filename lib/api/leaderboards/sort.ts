import { type RankingVariant, VARIANT_NAMES } from '#lib/domain/ranking/methods/variants.ts';
import type { LeaderboardEntry, LeaderboardView } from './leaderboards.ts';

/** Order of the leaderboard, as in the URL: `sort=dice` or `sort=-dice`; by rank without it. */
export interface LeaderboardSort {
  key: string;
  descending: boolean;
}

/** What an order depends on: the metrics have columns. */
type Sortable = Pick<LeaderboardView, 'metrics'>;

/** Whose ranks an order is by; the phase's method if null. */
export type RankedBy = RankingVariant | null;

const FIXED_KEYS = ['rank', 'team', 'mean-rank', 'failed', 'submissions', 'date'] as const;
export const DEFAULT_SORT: LeaderboardSort = { key: 'rank', descending: false };

/** Whether the first click on a column sorts in descending order, because high values are the interesting ones. */
function descendsFirst(leaderboard: Sortable, key: string): boolean {
  if (key === 'submissions' || key === 'date') return true;
  return leaderboard.metrics.find((metric) => metric.metric === key)?.better === 'higher';
}

/** Falls back to the rank if `text` doesn’t name a column of this leaderboard. */
export function parseSort(leaderboard: Sortable, text: string | undefined): LeaderboardSort {
  const descending = text?.startsWith('-') ?? false;
  const key = descending ? text!.slice(1) : text;
  const known =
    key !== undefined &&
    ((FIXED_KEYS as readonly string[]).includes(key) ||
      leaderboard.metrics.some((metric) => metric.metric === key));
  return known ? { key, descending } : DEFAULT_SORT;
}

/** The order after a click on a column heading: the column’s natural order first, then the reverse. */
export function nextSort(leaderboard: Sortable, current: LeaderboardSort, key: string): LeaderboardSort {
  if (current.key === key) return { key, descending: !current.descending };
  return { key, descending: descendsFirst(leaderboard, key) };
}

/** null if the URL needs no `sort`. */
export function sortParameter(sort: LeaderboardSort): string | null {
  if (sort.key === DEFAULT_SORT.key && !sort.descending) return null;
  return `${sort.descending ? '-' : ''}${sort.key}`;
}

/** The rank of an entry by a method. */
export function rankBy({ rank, methodRanks }: LeaderboardEntry, method: RankedBy): number {
  return method === null ? rank : methodRanks[VARIANT_NAMES.indexOf(method)]!;
}

function sortValue(
  leaderboard: Sortable,
  entry: LeaderboardEntry,
  key: string,
  method: RankedBy,
): number | string | null {
  switch (key) {
    case 'rank':
      return rankBy(entry, method);
    case 'team':
      return entry.teamName.toLowerCase();
    case 'mean-rank':
      return entry.meanRank;
    case 'failed':
      return entry.failed;
    case 'submissions':
      return entry.submissionCount;
    case 'date':
      return entry.submittedAt;
    default:
      return entry.scores[leaderboard.metrics.findIndex((metric) => metric.metric === key)]?.value ?? null;
  }
}

/** Returns a new array. Missing values come last in either direction; ties keep the order of the ranking. */
export function sortEntries(
  leaderboard: Sortable & Pick<LeaderboardView, 'entries'>,
  sort: LeaderboardSort,
  method: RankedBy = null,
): LeaderboardEntry[] {
  const sign = sort.descending ? -1 : 1;
  const { entries } = leaderboard;
  return [...entries].sort((a, b) => {
    const left = sortValue(leaderboard, a, sort.key, method);
    const right = sortValue(leaderboard, b, sort.key, method);
    if (left === right) return a.rank - b.rank;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left < right ? -1 : 1) * sign;
  });
}
