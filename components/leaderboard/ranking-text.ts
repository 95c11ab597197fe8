import type { LeaderboardMetric, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { averageOf } from '#lib/domain/phases/settings.ts';

/** The ranking method in sentences. */
export function describeRanking({
  ranking,
  summary,
  metrics,
}: Pick<LeaderboardView, 'ranking' | 'summary' | 'metrics'>): string {
  const weighted = metrics.filter(({ weight }) => weight > 0);
  if (ranking === 'AGGREGATE_THEN_RANK') {
    const by = `Teams are ranked by their ${averageOf({ summary })} over all cases`;
    if (weighted.length === 1) return `${by}.`;
    return `${by} on each of ${weighted.length} metrics, and then by the weighted mean of these ranks (${formatWeights(weighted)}).`;
  }
  const ranked = weighted.filter(({ over }) => over === 'case');
  const sentences = [
    ranked.length === 1
      ? 'Teams are ranked on each case, and then by the mean of these ranks.'
      : `Teams are ranked on each case and each of ${ranked.length} metrics, and then by the weighted mean of these ranks (${formatWeights(ranked)}).`,
    'A failed case ranks behind all others.',
  ];
  const left = weighted.filter(({ over }) => over === 'set').map(({ label }) => label);
  if (left.length > 0) sentences.push(`Shown, but not ranked, without a value per case: ${left.join(', ')}.`);
  if (summary === 'MEDIAN') sentences.push('The scores shown are medians over all cases.');
  return sentences.join(' ');
}

function formatWeights(metrics: readonly LeaderboardMetric[]): string {
  const weights = metrics.map(({ weight }) => weight);
  return new Set(weights).size === 1 ? 'equal weights' : `weights ${weights.join(', ')}`;
}

/** Which submission of a team counts, as a sentence. */
export function describeCounting({
  counting,
  metrics,
}: Pick<LeaderboardView, 'counting' | 'metrics'>): string {
  const primary = metrics[0];
  if (counting === 'LATEST' || !primary) return 'Each team’s latest submission counts.';
  const best = `the one with the best ${primary.over === 'set' ? '' : 'mean '}${primary.label}`;
  if (counting === 'BEST') return `Each team’s best submission counts: ${best}.`;
  return `The submission that each team has selected counts; until a team has selected one, its best: ${best}.`;
}

/** What ranges and tiers compare on each case. */
export function describeComparison({
  certainty,
  metrics,
}: Pick<LeaderboardView, 'certainty' | 'metrics'>): string {
  const ranked = metrics.filter(({ weight, over }) => weight > 0 && over === 'case');
  const [only] = ranked;
  if (certainty.comparedBy === 'metric' && only) return `${only.label} on each case`;
  return ranked.length === 1
    ? 'the ranks on each case'
    : 'the weighted mean of the metric ranks on each case';
}
