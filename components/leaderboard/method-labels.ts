import type { RankingVariant } from '#lib/domain/ranking/methods/variants.ts';

interface MethodLabel {
  /** Of the switch: "Ranked by …" */
  short: string;
  /** "Ordered by …" */
  order: string;
}

export const METHOD_LABELS: Readonly<Record<RankingVariant, MethodLabel>> = {
  'aggregate-then-rank:mean': { short: 'Means', order: 'the rank of the means' },
  'aggregate-then-rank:median': { short: 'Medians', order: 'the rank of the medians' },
  'rank-then-aggregate': { short: 'Ranks on each case', order: 'the mean of the ranks on each case' },
  'test-based': { short: 'Paired tests', order: 'the share of teams that each significantly beats' },
};
