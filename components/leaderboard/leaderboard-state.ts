import { type LeaderboardSort, parseSort, sortParameter } from '#lib/api/leaderboards/sort.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';

/** Another order, other pins, or the page of entries behind a team. */
export interface LeaderboardChange {
  sort?: LeaderboardSort;
  pins?: readonly string[];
  after?: string;
}

/** The state of a leaderboard page, which is kept in its URL. */
export interface LeaderboardState {
  sort: LeaderboardSort;
  pins: readonly string[];
  /** The search, empty without one. */
  q: string;
  /** Parameters that a search keeps. */
  kept: Readonly<Record<string, string>>;
  /** Path of the page. */
  base: string;
  /** URL of this leaderboard with another state. A new order begins at the first page. */
  hrefOf: (change: LeaderboardChange) => string;
}

/** The query of a leaderboard page, as it stands in the URL. */
export type LeaderboardStateQuery = Record<'sort' | 'q' | 'after' | 'pin', string | undefined>;

export function leaderboardState(
  leaderboard: LeaderboardPageView,
  { sort: sortText, q = '', after, pin }: LeaderboardStateQuery,
): LeaderboardState {
  const base = `/challenges/${leaderboard.challengeSlug}/leaderboard`;
  const sort = parseSort(leaderboard, sortText);
  const parameters = (order: LeaderboardSort, pins: string | undefined) => {
    const text = sortParameter(order);
    return {
      phase: leaderboard.phase.slug,
      ...(text !== null && { sort: text }),
      ...(pins !== undefined && { pin: pins }),
    };
  };
  return {
    sort,
    pins: leaderboard.pins,
    q,
    kept: parameters(sort, pin),
    base,
    hrefOf: (change) => {
      const cursor = change.pins ? after : change.after;
      const changed = new URLSearchParams({
        ...parameters(change.sort ?? sort, change.pins?.join(',') ?? pin),
        ...(q !== '' && { q }),
        ...(cursor && { after: cursor }),
      });
      return `${base}?${changed}`;
    },
  };
}
