import { analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { seededSource } from '#lib/domain/ranking/random.ts';
import type { RankedMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';

/**
 * How often rank ranges hold the true ranks, on simulated leaderboards whose true order is known. Values are like Dice:
 * between 0 and 1, skewed, from cases that are easy or hard for everyone, with failures.
 */

/** How far each method is behind the first, in standard deviations of a method's own deviation on a case. */
export const ORDERS = {
  'exact ties': [0, 0, 0, 0, 0],
  'near ties': [0, 0.02, 0.04, 0.06, 0.08],
  steps: [0, 0, 0.3, 0.3, 0.6],
} as const;

/** What is compared: the values of one metric, ranks on each case, or the weighted mean ranks of four metrics. */
export const BOARDS = {
  'means of one metric': { metrics: 1, method: 'AGGREGATE_THEN_RANK' },
  'ranks on each case': { metrics: 1, method: 'RANK_THEN_AGGREGATE' },
  'means of four metrics': { metrics: 4, method: 'AGGREGATE_THEN_RANK' },
} as const;

export interface Simulation {
  order: keyof typeof ORDERS;
  board: keyof typeof BOARDS;
  cases: number;
  /** Simulated leaderboards. */
  boards: number;
  seed: number;
}

export interface Coverage {
  /** Share of the leaderboards on which all rank ranges are right at once. */
  simultaneous: number;
  /** The same for the middle 95% of the bootstrapped ranks. */
  percentile: number;
  /** Ranks in a range, on average. */
  width: number;
}

export function simulateCoverage({ order, board, cases, boards, seed }: Simulation): Coverage {
  const { metrics: metricCount, method } = BOARDS[board];
  const lags = ORDERS[order];
  const metrics = Array.from({ length: metricCount }, (_, m): RankedMetric => {
    return { metric: `m${m}`, better: 'higher', weight: 1, worst: 0 };
  });
  const normal = normals(seed);
  let simultaneous = 0;
  let percentile = 0;
  let width = 0;
  for (let index = 0; index < boards; index++) {
    const { rankRanges, uncertainty } = analyzeRanking({
      submissions: simulateBoard(lags, metrics, cases, normal),
      metrics,
      method,
      summary: 'MEAN',
      seed: seed + index,
    });
    simultaneous += Number(holdsTruth(lags, rankRanges));
    percentile += Number(holdsTruth(lags, uncertainty!.bootstrapRanks));
    for (const [low, high] of rankRanges) width += high - low + 1;
  }
  return {
    simultaneous: simultaneous / boards,
    percentile: percentile / boards,
    width: width / boards / lags.length,
  };
}

/** Whether each range holds all ranks that tied methods can have: from 1 plus those ahead, to all but those behind. */
function holdsTruth(lags: readonly number[], ranges: readonly (readonly [number, number])[]): boolean {
  return ranges.every(([low, high], s) => {
    const ahead = lags.filter((lag) => lag < lags[s]!).length;
    const behind = lags.filter((lag) => lag > lags[s]!).length;
    return low <= 1 + ahead && high >= lags.length - behind;
  });
}

function simulateBoard(
  lags: readonly number[],
  metrics: readonly RankedMetric[],
  caseCount: number,
  normal: () => number,
): RankedSubmission[] {
  const submissions = lags.map((_, s) => ({ id: `${s}`, cases: [] as RankedSubmission['cases'][number][] }));
  for (let c = 0; c < caseCount; c++) {
    const ease = 1 + normal();
    submissions.forEach(({ cases }, s) => {
      // One in fifty fails, whatever the method.
      if (normal() < -2.05) {
        cases.push('failed');
        return;
      }
      const own = normal();
      const values = metrics.map(({ metric }) => {
        const skill = ease + 0.7 * own + 0.7 * normal() - lags[s]!;
        return [metric, 1 / (1 + Math.exp(-skill))] as const;
      });
      cases.push(Object.fromEntries(values));
    });
  }
  return submissions;
}

/** Standard normal variables (Box and Muller 1958). */
function normals(seed: number): () => number {
  const source = seededSource(seed);
  const uniform = () => (source() + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
