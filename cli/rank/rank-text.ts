import { align } from '#cli/align.ts';
import { HALF_SPLITS } from '#lib/domain/ranking/uncertainty/half-splits.ts';
import type { Ranked } from './rank-json.ts';

/** The ranking as a plain table, and what it says about the first ones. */
export function rankText(ranked: Ranked): string {
  const { input, analysis, method } = ranked;
  const { order, ranking, rankRanges, tiers, uncertainty } = analysis;
  const rows = order.map((s, place) => [
    input.submissions[s]!,
    `${ranking.ranks[s]}`,
    rankRanges[s]!.join('–'),
    `${tiers[s]}`,
    ranking.scores[s]!.toFixed(3),
    interval(uncertainty?.scoreIntervals[s]),
    percent(place === 0 ? undefined : uncertainty?.falseOrder[place - 1]),
    halves(uncertainty?.firstInHalves?.[s]),
  ]);
  const heading = ['submission', 'rank', 'range', 'tier', 'score', '95%', 'false order', 'first in halves'];
  return `${[align([heading, ...rows]), '', ...notes(ranked)].join('\n')}\n\n${explain(method)}\n`;
}

function notes({ input, analysis }: Ranked): string[] {
  const { bestSet, uncertainty, leader } = analysis;
  const best = bestSet.map((s) => input.submissions[s]!);
  const lines = [`Best set: ${best.slice(0, 20).join(', ')}${best.length > 20 ? ' …' : ''}`];
  if (uncertainty && uncertainty.tau !== null) {
    lines.push(`Kendall’s τ-b between replicates and ranking: ${uncertainty.tau.toFixed(3)}`);
  }
  if (leader) {
    const [first] = analysis.order;
    const what = leader.of === 'metric' ? 'mean' : 'mean rank on the cases';
    const sign = leader.of === 'metric' && isHigherBetter(input) ? -1 : 1;
    const [mean, corrected] = [leader.mean, leader.corrected].map((value) => (sign * value).toFixed(4));
    lines.push(
      `Winner’s curse: the ${what} of ${input.submissions[first!]} is ${mean}, corrected ${corrected}`,
    );
  }
  return lines;
}

function isHigherBetter({ metrics }: Ranked['input']): boolean {
  return metrics.find(({ weight }) => weight > 0)!.better === 'higher';
}

function explain(method: string): string {
  const ranges =
    method === 'test-based'
      ? 'range: from the tests that the ranking uses, adjusted by Holm.'
      : 'range: simultaneous 95% confidence sets of the ranks. They cover the choice of cases, nothing else.';
  return [
    ranges,
    'tier: in the same tier means not shown to be worse than its head.',
    'false order: probability that the order of this submission and the one above is false.',
    `first in halves: in how many of ${HALF_SPLITS} random halves of the cases it is first.`,
  ].join('\n');
}

function interval(ends: readonly number[] | undefined): string {
  return ends?.map((end) => end.toFixed(3)).join('–') ?? '–';
}

function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(100 * share).toFixed(1)}%`;
}

function halves(count: number | undefined): string {
  return count === undefined ? '–' : `${count}/${HALF_SPLITS}`;
}
