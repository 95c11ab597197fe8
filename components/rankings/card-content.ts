import { decimalsShown } from '#components/format/metric-labels.ts';
import { formatRankRange, formatScore } from '#components/format/quantity.ts';
import type { LeaderboardMetric, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { PermanentRanking } from '#lib/api/rankings/permanent.ts';
import { counted } from '#lib/domain/units.ts';
import { shorten } from './markup.ts';

/** What the picture of a leaderboard says, which other sites show beside a link to it. */
export interface CardContent {
  title: string;
  phase: string;
  metric: string;
  rows: { rank: string; team: string; value: string; interval: Interval | null; point: number | null }[];
  foot: string;
}

/** Ends on the axis, as shares of its length. */
type Interval = readonly [number, number];

const MAX_ROWS = 5;
const MAX_TITLE = 60;
const MAX_NAME = 34;

/**
 * Letters that the site's typeface surely has. For others, the library that draws the picture would ask a server of
 * another company for a typeface.
 */
const DRAWN = /^[\u0020-\u007E\u00A1-\u017F\u2013\u2014\u2018-\u201D\u2026]*$/;

/** A name if it can be drawn, and otherwise the slug. */
function drawn(name: string, slug: string): string {
  return DRAWN.test(name) ? name : slug;
}

interface Entry {
  rankRange: readonly [number, number];
  teamSlug: string;
  teamName: string;
  scores: readonly { value: number | null; interval: readonly [number, number] | null }[];
}

interface Source {
  challenge: { slug: string; title: string; synthetic: boolean };
  phase: { slug: string; title: string };
  metric: LeaderboardMetric;
  decimals: number;
  entries: readonly Entry[];
  total: number;
  caseCount: number;
  foot: string;
}

export function cardOfLeaderboard(view: LeaderboardView): CardContent {
  const { challengeSlug: slug, challengeTitle: title, synthetic, phase, metrics, entries } = view;
  return toCard({
    challenge: { slug, title, synthetic },
    phase,
    metric: metrics[0]!,
    decimals: view.decimals,
    entries,
    total: view.page.total,
    caseCount: view.caseCount,
    foot: view.updatedAt ? `latest score ${view.updatedAt.slice(0, 10)}` : 'no scores yet',
  });
}

export function cardOfRanking(ranking: PermanentRanking): CardContent {
  const { challenge, phase, metrics, method, entries, testSet, updatedAt } = ranking;
  return toCard({
    challenge,
    phase,
    metric: metrics[0]!,
    decimals: method.decimals,
    entries,
    total: entries.length,
    caseCount: testSet.caseCount,
    foot: `permanent ranking${updatedAt ? `, latest score ${updatedAt.slice(0, 10)}` : ''}`,
  });
}

function toCard({
  challenge,
  phase,
  metric,
  decimals,
  entries,
  total,
  caseCount,
  foot,
}: Source): CardContent {
  const shown = entries.slice(0, MAX_ROWS);
  const all = shown
    .flatMap(({ scores: [primary] }) => [...(primary?.interval ?? []), primary?.value ?? []])
    .flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  const cases = counted(caseCount, challenge.synthetic ? 'synthetic case' : 'case');
  return {
    title: shorten(drawn(challenge.title, challenge.slug), MAX_TITLE),
    phase: shorten(drawn(phase.title, phase.slug), MAX_TITLE),
    metric: `${drawn(metric.label, metric.metric)}, 95% interval`,
    rows: shown.map(({ rankRange, teamSlug, teamName, scores: [primary] }) => ({
      rank: formatRankRange(rankRange),
      team: shorten(drawn(teamName, teamSlug), MAX_NAME),
      // The typeface has no true minus sign.
      value: formatScore(primary?.value ?? null, decimalsShown(metric, decimals)).replace('−', '–'),
      interval: primary?.interval ? [share(primary.interval[0]), share(primary.interval[1])] : null,
      point: typeof primary?.value === 'number' ? share(primary.value) : null,
    })),
    foot: `${counted(total, 'team')}, ${cases}, ${foot}`,
  };
}
