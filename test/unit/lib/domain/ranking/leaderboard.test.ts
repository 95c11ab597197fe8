import { describe, expect, it } from 'vitest';
import type { CaseResult, RankedMetric } from '#lib/domain/ranking/table.ts';
import { rankRows } from '#test/support/scoring/rank-rows.ts';

const DICE: RankedMetric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 };
const VOLUME: RankedMetric = { metric: 'volume_difference', better: 'lower', weight: 1, worst: 100 };
const HD95: RankedMetric = { metric: 'hd95', better: 'lower', weight: 1, worst: 350 };
const SENSITIVITY: RankedMetric = { metric: 'sensitivity', better: 'higher', weight: 1, worst: 0 };

function diceCases(...values: (number | 'failed')[]): CaseResult[] {
  return values.map((value) => (value === 'failed' ? value : { dice: value }));
}

function ranks(rows: { id: string; rank: number }[]) {
  return Object.fromEntries(rows.map(({ id, rank }) => [id, rank]));
}

describe('aggregate-then-rank', () => {
  it('ranks the weighted mean of the metric ranks', () => {
    // dice means: a (0.9+0.7)/2 = 0.8, b 0.6, c 0.4            → ranks 1, 2, 3
    // volume means: a (9+3)/2 = 6, b 2, c 4                    → ranks 3, 1, 2
    // weights 3 and 1: a (3·1+1·3)/4 = 1.5, b (3·2+1)/4 = 1.75, c (3·3+2)/4 = 2.75
    const rows = rankRows({
      submissions: [
        {
          id: 'c',
          cases: [
            { dice: 0.4, volume_difference: 4 },
            { dice: 0.4, volume_difference: 4 },
          ],
        },
        {
          id: 'b',
          cases: [
            { dice: 0.6, volume_difference: 1 },
            { dice: 0.6, volume_difference: 3 },
          ],
        },
        {
          id: 'a',
          cases: [
            { dice: 0.9, volume_difference: 9 },
            { dice: 0.7, volume_difference: 3 },
          ],
        },
      ],
      metrics: [{ ...DICE, weight: 3 }, VOLUME],
      seed: 1,
    });
    expect(rows.map(({ id, meanRank, rank }) => [id, meanRank, rank])).toEqual([
      ['a', 1.5, 1],
      ['b', 1.75, 2],
      ['c', 2.75, 3],
    ]);
    expect(rows[0]!.scores.map(({ value, rank }) => [value, rank])).toEqual([
      [0.8, 1],
      [6, 3],
    ]);
  });

  it('shares the lowest rank among ties and skips the next: 1, 2, 2, 4', () => {
    const rows = rankRows({
      submissions: [
        { id: 'd', cases: diceCases(0.1, 0.1) },
        { id: 'b', cases: diceCases(0.4, 0.6) }, // mean 0.5
        { id: 'a', cases: diceCases(0.9, 0.9) },
        { id: 'c', cases: diceCases(0.6, 0.4) }, // mean 0.5
      ],
      metrics: [DICE],
      seed: 1,
    });
    expect(rows.map(({ id, rank }) => [id, rank])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 2],
      ['d', 4],
    ]);
  });

  it('ignores floating-point rounding: means that agree to 10 decimals tie', () => {
    // 0.1 + 0.2 = 0.30000000000000004 in binary, 0.3 + 0 = 0.3
    const tied = rankRows({
      submissions: [
        { id: 'a', cases: diceCases(0.1, 0.2) },
        { id: 'b', cases: diceCases(0.3, 0) },
      ],
      metrics: [DICE],
      seed: 1,
    });
    expect(ranks(tied)).toEqual({ a: 1, b: 1 });
    const apart = rankRows({
      submissions: [
        { id: 'a', cases: diceCases(0.5) },
        { id: 'b', cases: diceCases(0.5 + 2e-10) },
      ],
      metrics: [DICE],
      seed: 1,
    });
    expect(ranks(apart)).toEqual({ a: 2, b: 1 });
  });

  it('shows a metric of weight 0 without ranking by it', () => {
    const rows = rankRows({
      submissions: [
        { id: 'a', cases: [{ dice: 0.9, volume_difference: 50 }] },
        { id: 'b', cases: [{ dice: 0.1, volume_difference: 1 }] },
      ],
      metrics: [DICE, { ...VOLUME, weight: 0 }],
      seed: 1,
    });
    expect(ranks(rows)).toEqual({ a: 1, b: 2 });
    expect(rows[0]!.scores[1]).toMatchObject({ value: 50, rank: 2 });
  });
});

describe('failed cases and missing values', () => {
  it('gives a failed case the worst value of every metric, and counts it', () => {
    // dice (0.9 + 0)/2 = 0.45; volume (2 + 100)/2 = 51
    const [row] = rankRows({
      submissions: [{ id: 'a', cases: [{ dice: 0.9, volume_difference: 2 }, 'failed'] }],
      metrics: [DICE, VOLUME],
      seed: 1,
    });
    expect(row!.failed).toBe(1);
    expect(row!.scores.map(({ value, failed }) => [value, failed])).toEqual([
      [0.45, 1],
      [51, 1],
    ]);
  });

  it('never rewards failing: skipping a hard case is not better than attempting it', () => {
    const rows = rankRows({
      submissions: [
        { id: 'tries', cases: diceCases(0.8, 0.1) },
        { id: 'fails', cases: diceCases(0.8, 'failed') },
      ],
      metrics: [DICE],
      seed: 1,
    });
    expect(ranks(rows)).toEqual({ tries: 1, fails: 2 });
  });

  it('treats a missing value of the prediction like a failed case, for that metric only', () => {
    // hd95 (10 + 350)/2 = 180, dice (0.8 + 0)/2 = 0.4
    const [row] = rankRows({
      submissions: [
        {
          id: 'a',
          cases: [
            { dice: 0.8, hd95: 10 },
            { dice: 0, hd95: null },
          ],
        },
      ],
      metrics: [DICE, HD95],
      seed: 1,
    });
    expect(row!.failed).toBe(0);
    expect(row!.scores.map(({ value, failed }) => [value, failed])).toEqual([
      [0.4, 0],
      [180, 1],
    ]);
  });

  it('leaves a case without a value for any prediction out for every team, even those that failed on it', () => {
    // Case 2 has no lesion. a: (0.5 + 0.9)/2 = 0.7 over cases 1 and 3; b: (0.6 + 0.6)/2, its failure is left out;
    // c predicted no lesion either, which scores 1 on the case and changes nothing: (0.5 + 0.1)/2 = 0.3.
    const rows = rankRows({
      submissions: [
        { id: 'a', cases: [{ sensitivity: 0.5 }, { sensitivity: null }, { sensitivity: 0.9 }] },
        { id: 'b', cases: [{ sensitivity: 0.6 }, 'failed', { sensitivity: 0.6 }] },
        { id: 'c', cases: [{ sensitivity: 0.5 }, { sensitivity: 1 }, { sensitivity: 0.1 }] },
      ],
      metrics: [{ ...SENSITIVITY, undefinedCases: new Set([1]) }],
      seed: 1,
    });
    expect(rows.map(({ id, scores }) => [id, scores[0]!.value, scores[0]!.failed])).toEqual([
      ['a', 0.7, 0],
      ['b', 0.6, 0],
      ['c', 0.3, 0],
    ]);
  });

  it('does not treat a case as undefined because every team failed or has no value', () => {
    // All fail on case 2, which is not declared undefined: (0.5 + 0)/2 and (0.6 + 0)/2.
    const rows = rankRows({
      submissions: [
        { id: 'a', cases: [{ sensitivity: 0.5 }, 'failed'] },
        { id: 'b', cases: [{ sensitivity: 0.6 }, { sensitivity: null }] },
      ],
      metrics: [SENSITIVITY],
      seed: 1,
    });
    expect(rows.map(({ id, scores }) => [id, scores[0]!.value, scores[0]!.failed])).toEqual([
      ['b', 0.3, 1],
      ['a', 0.25, 1],
    ]);
  });

  it('gives the weight of a metric without any case to the others', () => {
    const rows = rankRows({
      submissions: [
        { id: 'a', cases: [{ dice: 0.2, sensitivity: null }] },
        { id: 'b', cases: [{ dice: 0.3, sensitivity: null }] },
      ],
      metrics: [DICE, { ...SENSITIVITY, undefinedCases: new Set([0]) }],
      seed: 1,
    });
    expect(rows.map(({ id, meanRank }) => [id, meanRank])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(rows[0]!.scores[1]).toEqual({
      metric: 'sensitivity',
      value: null,
      interval: null,
      rank: null,
      failed: 0,
    });
  });
});

describe('the whole leaderboard', () => {
  it('ranks a single submission 1, range 1 to 1', () => {
    const [row] = rankRows({
      submissions: [{ id: 'a', cases: diceCases(0.5, 0.7) }],
      metrics: [DICE],
      seed: 9,
    });
    expect(row).toMatchObject({ rank: 1, rankRange: [1, 1], tier: 1, meanRank: 1 });
  });

  it('is the same for the same seed, and has other intervals for another seed', () => {
    const leaderboard = (seed: number) =>
      rankRows({
        submissions: [
          { id: 'a', cases: diceCases(...Array.from({ length: 37 }, (_, i) => (i * 7919) % 101)) },
        ],
        metrics: [DICE],
        seed,
      });
    expect(leaderboard(5)).toEqual(leaderboard(5));
    expect(leaderboard(5)).not.toEqual(leaderboard(6));
  });

  it('throws for input that only a bug can cause', () => {
    const leaderboard =
      (cases: CaseResult[][], metrics = [DICE]) =>
      () =>
        rankRows({
          submissions: cases.map((list, i) => ({ id: `s${i}`, cases: list })),
          metrics,
          seed: 1,
        });
    expect(leaderboard([diceCases(1), diceCases(1, 1)])).toThrow('s1 has 2 cases where others have 1');
    expect(leaderboard([[{ volume_difference: 1 }]])).toThrow('s0, case 0: dice is undefined');
    expect(leaderboard([diceCases(Number.NaN)])).toThrow('dice is NaN');
    expect(leaderboard([[]])).toThrow('at least one case');
    expect(leaderboard([diceCases(1)], [{ ...DICE, weight: 0 }])).toThrow('one above 0');
    expect(leaderboard([diceCases(1)], [{ ...DICE, weight: -1 }])).toThrow('≥ 0');
  });
});
