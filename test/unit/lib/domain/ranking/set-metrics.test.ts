import { describe, expect, test } from 'vitest';
import { type SetScore, weightedMean } from '#lib/domain/metrics/values/cases.ts';
import { prepareAuroc } from '#lib/domain/metrics/values/ranking.ts';
import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import {
  decodeReplicates,
  encodeReplicates,
  forEachReplicate,
  replicateValues,
} from '#lib/domain/ranking/replicates.ts';
import type { RankedMetric, SetResult } from '#lib/domain/ranking/table.ts';
import { type LeaderboardInput, rankRows } from '#test/support/scoring/rank-rows.ts';

const CASES = 12;
const DRAWS = { caseCount: CASES, seed: 5, replicates: 200 };
const SCORE: RankedMetric = { metric: 'score', better: 'higher', weight: 1, worst: 0 };
const AUROC: RankedMetric = { metric: 'auroc', over: 'set', better: 'higher', weight: 1 };

/** Values of `count` submissions on the cases. */
function randomValues(count: number): Float64Array[] {
  const random = seededSource(9);
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: CASES }, () => Math.round((random() / 2 ** 32) * 20) / 20),
  );
}

function setResult(score: SetScore): SetResult {
  const value = score(new Uint32Array(CASES).fill(1));
  return { value, failed: 0, replicates: replicateValues(score, DRAWS) };
}

function rankAll(given: Pick<LeaderboardInput, 'submissions' | 'metrics' | 'ranking'>) {
  const { seed, replicates } = DRAWS;
  return rankRows({ ...given, seed, replicates });
}

describe('replicates', () => {
  test('are drawn as the definition says, and fewer are the first of more', () => {
    const source = seededSource(5);
    const literal = Array.from({ length: 3 }, () => {
      const counts = new Array<number>(CASES).fill(0);
      for (let drawn = 0; drawn < CASES; drawn++) counts[randomBelow(source, CASES)]! += 1;
      return counts;
    });
    const drawn: number[][] = [];
    forEachReplicate({ ...DRAWS, replicates: 3 }, (counts, replicate) => {
      drawn[replicate] = [...counts];
    });
    expect(drawn).toEqual(literal);
    const score: SetScore = (weights) => weights[0]!;
    const [few, many] = [3, 200].map((replicates) => replicateValues(score, { ...DRAWS, replicates }));
    expect(few).toEqual(many!.subarray(0, 3));
  });

  test('keep every value when they are stored, an undefined one too', () => {
    const values = Float64Array.of(0.1, Number.NaN, -3, 1e300, 0);
    const bytes = encodeReplicates(values);
    expect(bytes.byteLength).toBe(40);
    // A database driver returns a part of a larger buffer, at any offset.
    const stored = new Uint8Array(43).subarray(3);
    stored.set(bytes);
    expect(decodeReplicates(stored, 5)).toEqual(values);
    expect(() => decodeReplicates(stored, 1000)).toThrow("40 bytes don't hold 1000 replicates.");
  });
});

describe('a metric over the set', () => {
  test('ranks and varies like a metric per case that is its mean', () => {
    const values = randomValues(6);
    const cases = values.map((own) => [...own].map((score) => ({ score })));
    const perCase = rankAll({
      submissions: cases.map((own, s) => ({ id: `${s}`, cases: own })),
      metrics: [SCORE],
    });
    const overSet = rankAll({
      submissions: values.map((own, s) => ({
        id: `${s}`,
        cases: cases[s]!,
        sets: { auroc: setResult((weights) => weightedMean(own, weights)) },
      })),
      metrics: [AUROC],
    });
    const shown = (rows: typeof perCase) =>
      rows.map(({ id, rank, meanRank, scores }) => [
        ...[id, rank, meanRank],
        ...[scores[0]!.value, ...scores[0]!.interval!].map((value) => value!.toFixed(9)),
      ]);
    expect(shown(overSet)).toEqual(shown(perCase));
  });

  test('has the interval of its replicates, without those in which it is undefined', () => {
    // One positive case in 12: about a third of the replicates lack it, (11/12)^12 = 0.35, and have no AUROC.
    const truth = Float64Array.from({ length: CASES }, (_, c) => Number(c === 0));
    const [prediction] = randomValues(1);
    const score = prepareAuroc({ truth, prediction: prediction!, range: { min: 0, max: 1 } });
    const result = setResult(score);
    const defined = result.replicates!.filter((value) => !Number.isNaN(value)).sort();
    expect(defined.length).toBeGreaterThan(100);
    expect(defined.length).toBeLessThan(160);
    const cut = Math.floor(defined.length * 0.025);
    const cases = Array.from({ length: CASES }, () => ({}));
    const rows = rankAll({
      submissions: [{ id: 'a', cases, sets: { auroc: result } }],
      metrics: [AUROC],
    });
    expect(rows[0]!.scores[0]).toMatchObject({
      value: result.value,
      interval: [defined[cut - 1], defined.at(-cut)],
    });
  });

  test('has no interval if only its value is known, and nothing that ranges could compare', () => {
    const single = (value: number | null): SetResult => ({ value, failed: 2, replicates: null });
    const cases = Array.from({ length: CASES }, () => ({}));
    const rows = rankAll({
      submissions: [
        { id: 'none', cases, sets: { auroc: single(null) } },
        { id: 'low', cases, sets: { auroc: single(0.6) } },
        { id: 'high', cases, sets: { auroc: single(0.7) } },
      ],
      metrics: [AUROC],
    });
    expect(rows.map(({ id, rankRange, scores }) => [id, rankRange, scores[0]])).toEqual([
      ['high', [1, 3], { metric: 'auroc', value: 0.7, interval: null, rank: 1, failed: 2 }],
      ['low', [1, 3], { metric: 'auroc', value: 0.6, interval: null, rank: 2, failed: 2 }],
      ['none', [1, 3], { metric: 'auroc', value: null, interval: null, rank: 3, failed: 2 }],
    ]);
  });

  test('is shown with its interval but not ranked where teams are ranked on each case', () => {
    const values = randomValues(2);
    const submissions = values.map((own, s) => ({
      id: `${s}`,
      cases: [...own].map((score) => ({ score })),
      // The opposite order of the scores.
      sets: { auroc: setResult((weights) => -weightedMean(own, weights)!) },
    }));
    const ranking = 'RANK_THEN_AGGREGATE';
    const rows = rankAll({ submissions, metrics: [SCORE, { ...AUROC, weight: 100 }], ranking });
    const alone = rankAll({ submissions, metrics: [SCORE], ranking });
    const ranksOf = (all: typeof rows) => all.map(({ id, rank, meanRank }) => [id, rank, meanRank]);
    expect(ranksOf(rows)).toEqual(ranksOf(alone));
    for (const { scores } of rows) {
      expect(scores[1]).toMatchObject({ rank: null, interval: [expect.any(Number), expect.any(Number)] });
    }
  });

  test('without its result, or with fewer replicates than are drawn, is an error', () => {
    const cases = Array.from({ length: CASES }, () => ({}));
    const given = { metrics: [AUROC], submissions: [{ id: 'a', cases }] };
    expect(() => rankAll(given)).toThrow('Submission a has no auroc.');
    const auroc = { value: 0.5, failed: 0, replicates: new Float64Array(10) };
    const few = [{ id: 'a', cases, sets: { auroc } }];
    expect(() => rankAll({ ...given, submissions: few })).toThrow(
      'auroc has 10 replicates where 200 are needed.',
    );
  });
});
