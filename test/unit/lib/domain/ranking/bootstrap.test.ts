import { describe, expect, it } from 'vitest';
import { randomBelow, seededSource, xoshiro128StarStar } from '#lib/domain/ranking/random.ts';
import type { RankedMetric } from '#lib/domain/ranking/table.ts';
import { middle95 } from '#lib/domain/ranking/uncertainty/intervals.ts';
import { rankRows } from '#test/support/scoring/rank-rows.ts';

const DICE: RankedMetric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 };

describe('the generator', () => {
  it('is xoshiro128**: it produces the numbers of its definition for the state 1, 2, 3, 4', () => {
    // First: rotl(2·5, 7)·9 = 1280·9 = 11520. The state becomes 7, 0, 1026, 12288: rotl(0)·9 = 0.
    const next = xoshiro128StarStar([1, 2, 3, 4]);
    expect(Array.from({ length: 4 }, next)).toEqual([11520, 0, 5927040, 70819200]);
  });

  it('samples every case about equally often', () => {
    const source = seededSource(3);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[randomBelow(source, 7)]! += 1;
    // 10,000 each, standard deviation √(70000·1/7·6/7) = 92.6: five of them.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(463);
  });

  it('gives consecutive seeds unrelated streams', () => {
    const first = (seed: number) => seededSource(seed)();
    expect(new Set(Array.from({ length: 1000 }, (_, seed) => first(seed))).size).toBeGreaterThan(998);
  });
});

describe('the 95 % interval', () => {
  it('is the 25th smallest and the 25th largest of 1,000', () => {
    const shuffled = Float64Array.from({ length: 1000 }, (_, i) => ((i * 617) % 1000) + 1);
    expect(middle95(shuffled)).toEqual([25, 976]);
  });

  it('covers a mean of cases like the normal approximation', () => {
    // 200 cases, half 0 and half 1: the mean's standard error is √(0.25/200) = 0.0354, 1.96 of them ± 0.069.
    const [row] = rankRows({
      submissions: [{ id: 'a', cases: Array.from({ length: 200 }, (_, i) => ({ dice: i % 2 })) }],
      metrics: [DICE],
      seed: 11,
    });
    const [low, high] = row!.scores[0]!.interval!;
    expect(low).toBeGreaterThan(0.5 - 0.069 - 0.015);
    expect(low).toBeLessThan(0.5 - 0.069 + 0.015);
    expect(high).toBeGreaterThan(0.5 + 0.069 - 0.015);
    expect(high).toBeLessThan(0.5 + 0.069 + 0.015);
  });

  it('samples the same cases for all submissions, so a constant lead never changes the ranks', () => {
    // Scores spread over 0 to 0.9 and the lead is 0.01: separate samples would change the order in many replicates.
    const spread = Array.from({ length: 50 }, (_, i) => ((i * 13) % 50) / 55);
    const rows = rankRows({
      submissions: [
        { id: 'behind', cases: spread.map((dice) => ({ dice })) },
        { id: 'ahead', cases: spread.map((dice) => ({ dice: dice + 0.01 })) },
      ],
      metrics: [DICE],
      seed: 4,
    });
    expect(rows.map(({ id, rankRange }) => [id, rankRange])).toEqual([
      ['ahead', [1, 1]],
      ['behind', [2, 2]],
    ]);
  });

  it('gives submissions that win on different cases the range 1 to 2', () => {
    const rows = rankRows({
      submissions: [
        { id: 'a', cases: [...Array(10).fill({ dice: 1 }), ...Array(10).fill({ dice: 0 })] },
        { id: 'b', cases: [...Array(10).fill({ dice: 0 }), ...Array(10).fill({ dice: 1 })] },
      ],
      metrics: [DICE],
      seed: 4,
    });
    expect(rows.map(({ rank, rankRange }) => [rank, rankRange])).toEqual([
      [1, [1, 2]],
      [1, [1, 2]],
    ]);
  });
});
