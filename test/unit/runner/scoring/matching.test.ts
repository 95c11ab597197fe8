import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maximumWeightMatching } from '#runner/scoring/metrics/matching.ts';
import { picture, scoreMasks } from '#test/support/scoring/masks.ts';

interface Pair {
  truth: number;
  prediction: number;
  weight: number;
}

/** Tries each pair with and without. */
function bestSum(pairs: readonly Pair[], used: ReadonlySet<string> = new Set()): number {
  const [first, ...rest] = pairs;
  if (first === undefined) return 0;
  const leave = bestSum(rest, used);
  const ends = [`t${first.truth}`, `p${first.prediction}`];
  if (ends.some((end) => used.has(end))) return leave;
  return Math.max(leave, first.weight + bestSum(rest, new Set([...used, ...ends])));
}

test('the sum of the matched weights is the maximum', () => {
  const pair = fc.record({
    truth: fc.nat({ max: 5 }),
    prediction: fc.nat({ max: 5 }),
    weight: fc.integer({ min: 1, max: 20 }).map((n) => n / 20),
  });
  const pairs = fc.uniqueArray(pair, { selector: (p) => `${p.truth} ${p.prediction}`, maxLength: 12 });
  fc.assert(
    fc.property(pairs, (graph) => {
      const matching = maximumWeightMatching(graph);
      expect(new Set(matching.values()).size).toBe(matching.size);
      const weightOf = (t: number, p: number) =>
        graph.find((one) => one.truth === t && one.prediction === p)!.weight;
      const sum = [...matching].reduce((total, [t, p]) => total + weightOf(t, p), 0);
      expect(sum).toBeCloseTo(bestSum(graph), 10);
    }),
    { numRuns: 1000 },
  );
});

test('earlier choices are revised along a chain of any length', () => {
  // Each true lesion slightly prefers the next prediction, but the last one can only have the prediction that
  // its neighbor took. All must move back by one: 3000 × 0.4 + 0.9 exceeds 2999 × 0.40001 + 0.9.
  const pairs: Pair[] = [];
  for (let i = 0; i < 3000; i++) {
    pairs.push({ truth: i, prediction: i, weight: 0.4 }, { truth: i, prediction: i + 1, weight: 0.40001 });
  }
  pairs.push({ truth: 3000, prediction: 3000, weight: 0.9 });
  const matching = maximumWeightMatching(pairs);
  expect(matching.size).toBe(3001);
  for (const [truth, prediction] of matching) expect(prediction).toBe(truth);
});

test('one lesion predicted in two halves matches one half', () => {
  // Truth 8 voxels; each half 4, IoU 4/8 ≥ 0.25: TP 1, FP 1, FN 0 → 2/3.
  const truth = picture('######## ........');
  const prediction = picture('####.### ........');
  expect(scoreMasks(truth, prediction).lesion_f1_iou25).toBeCloseTo(2 / 3, 12);
});

test('an overlap of IoU exactly 0.25 matches, a little less does not', () => {
  // Shared 2, union 8 → 0.25; shared 2, union 9 → 0.22.
  expect(scoreMasks(picture('#####...'), picture('...#####')).lesion_f1_iou25).toBe(1);
  expect(scoreMasks(picture('######...'), picture('....#####')).lesion_f1_iou25).toBe(0);
});

test('of two matchings with equal sums, the one with more matches wins', () => {
  // Weight 0.5 against 0.25 + 0.25.
  const pairs = [
    { truth: 0, prediction: 0, weight: 0.25 + 1e-9 },
    { truth: 1, prediction: 0, weight: 0.5 + 1e-9 },
    { truth: 1, prediction: 1, weight: 0.25 + 1e-9 },
  ];
  expect(maximumWeightMatching(pairs).size).toBe(2);
});

test('the greedy matching takes the best pair first, even where two pairs could match', () => {
  // IoU: (T1, P1) 3/11, (T2, P1) 6/14, (T2, P2) 3/10. The best pair leaves T1 and P2 alone.
  const truth = picture('####.########## ...............');
  const prediction = picture('.##########.### ...............');
  const scored = scoreMasks(truth, prediction);
  expect(scored.lesion_f1_greedy25).toBe(2 / 4);
  expect(scored.lesion_f1_iou25).toBe(1);
});

test('of pairs with equal IoU, the greedy matching takes the one whose lesions come first in the file', () => {
  // IoU: (T1, P1) 2/7, (T2, P1) 2/7, (T2, P2) 1/4. T1 comes before T2, which leaves T2 to P2.
  const truth = picture('####.#### .........');
  const prediction = picture('..#####.# .........');
  expect(scoreMasks(truth, prediction).lesion_f1_greedy25).toBe(1);
});
