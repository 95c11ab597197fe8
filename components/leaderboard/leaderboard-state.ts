import { type LeaderboardSort, parseSort, type RankedBy, sortParameter } from '#lib/api/leaderboards/sort.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { RANKING_VARIANTS, type RankingVariant, variantOf } from '#lib/domain/ranking/methods/variants.ts';

/** Another order, other pins, or the page of entries behind a team. */
export interface LeaderboardChange {
  sort?: LeaderboardSort;
  method?: RankedBy;
  /** null for all cases. */
  stratum?: string | null;
  /** The name of a metric set; null for all metrics. */
  metricSet?: string | null;
  pins?: readonly string[];
  after?: string;
}

/** The state of a leaderboard page, which is kept in its URL. */
export interface LeaderboardState {
  sort: LeaderboardSort;
  /** Whose ranks are shown; null for the phase's method. */
  method: RankedBy;
  /** The metric set whose columns are shown; null for all. */
  metricSet: string | null;
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
export type LeaderboardStateQuery = Record<
  'sort' | 'method' | 'metrics' | 'q' | 'after' | 'pin',
  string | undefined
>;

export function leaderboardState(
  leaderboard: LeaderboardPageView,
  { sort: sortText, method: methodText, metrics: setText, q = '', after, pin }: LeaderboardStateQuery,
): LeaderboardState {
  const base = `/challenges/${leaderboard.challengeSlug}/leaderboard`;
  const current = {
    sort: parseSort(leaderboard, sortText),
    method: parseMethod(leaderboard, methodText),
    stratum: leaderboard.stratum,
    metricSet: leaderboard.metricSets.find(({ name }) => name === setText)?.name ?? null,
  };
  const parameters = (
    { sort, method, stratum, metricSet }: typeof current,
    pins: string | undefined,
  ): Record<string, string> => {
    const text = sortParameter(sort);
    return {
      phase: leaderboard.phase.slug,
      ...(stratum !== null && { stratum }),
      ...(metricSet !== null && { metrics: metricSet }),
      ...(text !== null && { sort: text }),
      ...(method !== null && { method }),
      ...(pins !== undefined && { pin: pins }),
    };
  };
  const { sort, method, metricSet } = current;
  return {
    ...{ sort, method, metricSet, q, base },
    pins: leaderboard.pins,
    kept: parameters(current, pin),
    hrefOf: ({ pins, after: next, ...change }) => {
      const cursor = pins ? after : next;
      const changed = new URLSearchParams({
        ...parameters({ ...current, ...change }, pins?.join(',') ?? pin),
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
