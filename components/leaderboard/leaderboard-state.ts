import { type LeaderboardSort, parseSort, type RankedBy, sortParameter } from '#lib/api/leaderboards/sort.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { RANKING_VARIANTS, type RankingVariant, variantOf } from '#lib/domain/ranking/methods/variants.ts';

/** Another order, other pins, or the page of entries behind a team. */
export interface LeaderboardChange {
  sort?: LeaderboardSort;
  method?: RankedBy;
  /** null for all cases. */
  stratum?: string | null;
  pins?: readonly string[];
  after?: string;
}

/** The state of a leaderboard page, which is kept in its URL. */
export interface LeaderboardState {
  sort: LeaderboardSort;
  /** Whose ranks are shown; null for the phase's method. */
  method: RankedBy;
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
export type LeaderboardStateQuery = Record<'sort' | 'method' | 'q' | 'after' | 'pin', string | undefined>;

export function leaderboardState(
  leaderboard: LeaderboardPageView,
  { sort: sortText, method: methodText, q = '', after, pin }: LeaderboardStateQuery,
): LeaderboardState {
  const base = `/challenges/${leaderboard.challengeSlug}/leaderboard`;
  const sort = parseSort(leaderboard, sortText);
  const method = parseMethod(leaderboard, methodText);
  const { stratum } = leaderboard;
  const parameters = (order: LeaderboardSort, by: RankedBy, of: string | null, pins: string | undefined) => {
    const text = sortParameter(order);
    return {
      phase: leaderboard.phase.slug,
      ...(of !== null && { stratum: of }),
      ...(text !== null && { sort: text }),
      ...(by !== null && { method: by }),
      ...(pins !== undefined && { pin: pins }),
    };
  };
  return {
    sort,
    method,
    pins: leaderboard.pins,
    q,
    kept: parameters(sort, method, stratum, pin),
    base,
    hrefOf: (change) => {
      const cursor = change.pins ? after : change.after;
      const by = change.method === undefined ? method : change.method;
      const of = change.stratum === undefined ? stratum : change.stratum;
      const changed = new URLSearchParams({
        ...parameters(change.sort ?? sort, by, of, change.pins?.join(',') ?? pin),
        ...(q !== '' && { q }),
        ...(cursor && { after: cursor }),
      });
      return `${base}?${changed}`;
    },
  };
}

/** null for the phase's own method, and for a text that names none. */
function parseMethod({ ranking, summary }: LeaderboardPageView, text: string | undefined): RankedBy {
  if (text === undefined || !Object.hasOwn(RANKING_VARIANTS, text)) return null;
  const method = text as RankingVariant;
  return method === variantOf(ranking, summary) ? null : method;
}
