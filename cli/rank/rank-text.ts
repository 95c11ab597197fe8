import { align } from '#cli/align.ts';
import type { Uncertainty } from '#lib/domain/ranking/analysis.ts';
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
    ...(uncertainty ? uncertaintyCells(uncertainty, s, place) : []),
  ]);
  const heading = ['submission', 'rank', 'range', 'tier', 'score', ...(uncertainty ? UNCERTAINTY : [])];
  return `${[align([heading, ...rows]), '', ...notes(ranked), '', ...explain(method)].join('\n')}\n`;
}

const UNCERTAINTY = ['95%', 'false order', 'first in halves'] as const;

function uncertaintyCells(
  { scoreIntervals, falseOrder, firstInHalves }: Uncertainty,
  s: number,
  place: number,
): string[] {
  return [
    scoreIntervals[s]!.map((end) => end.toFixed(3)).join('–'),
    place === 0 ? '–' : `${(100 * falseOrder[place - 1]!).toFixed(1)}%`,
    firstInHalves === null ? '–' : `${firstInHalves[s]}/${HALF_SPLITS}`,
  ];
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

function explain(method: string): string[] {
  const tier = 'tier: in the same tier means not shown to be worse than its head.';
  if (method === 'test-based') {
    return ['range: from the tests that the ranking uses, adjusted by Holm.', tier];
  }
  return [
    'range: simultaneous 95% confidence sets of the ranks. They cover the choice of cases, nothing else.',
    tier,
    'false order: probability that the order of this submission and the one above is false.',
    `first in halves: in how many of ${HALF_SPLITS} random halves of the cases it is first.`,
  ];
}
