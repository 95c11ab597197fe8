import { describe, expect, test } from 'vitest';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { scoreValues } from '#runner/pipeline/score-values.ts';
import { prepareSetScore } from '#runner/pipeline/set-scores.ts';

const value = (slug: string, kind: string) => ({ slug, title: slug, kind, relative_path: `${slug}.json` });
const TASK = taskSchema.parse({
  inputs: [value('age', 'Float')],
  outputs: [value('points', 'Integer'), value('walks', 'Float'), value('side', 'String')],
  scoring: { kind: 'values', outputs: ['points', 'walks', 'side'], truthKinds: { walks: 'Bool' } },
});
const contextOf = (...metrics: string[]) => {
  if (TASK.scoring.kind !== 'values') throw new Error('not a task of values');
  return { task: TASK, scoring: TASK.scoring, metrics };
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const truthsOf = (values: Record<string, unknown>) =>
  new Map(Object.entries(values).map(([slug, one]) => [slug, bytes(one)]));
const outputsOf = (values: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(values).map(([slug, one]) => [slug, { ending: '.json', bytes: bytes(one) }]),
  );

const TRUTH = { points: 40, walks: true, side: 'left' };

describe('values of a case', () => {
  test('are compared with the truth of their output', () => {
    const context = contextOf('absolute_error:points', 'brier:walks', 'correct:side', 'auroc:walks');
    const outputs = outputsOf({ points: 43, walks: 0.8, side: 'right' });
    const scored = scoreValues(context, truthsOf(TRUTH), outputs);
    expect(scored).toMatchObject({ status: 'SCORED', undefinedMetrics: [] });
    expect(scored.metrics).toEqual({
      'absolute_error:points': 3,
      'brier:walks': expect.closeTo(0.04, 12),
      'correct:side': 0,
    });
  });

  test('must be probabilities where a metric reads them so, and need not where none does', () => {
    const outputs = outputsOf({ points: 40, walks: 1.5, side: 'left' });
    const scored = scoreValues(contextOf('brier:walks'), truthsOf(TRUTH), outputs);
    expect(scored).toMatchObject({ status: 'REJECTED', code: 'INVALID_VALUE', metrics: {} });
    expect(scoreValues(contextOf('auroc:walks'), truthsOf(TRUTH), outputs).status).toBe('SCORED');
  });

  test('are never compared with a truth of another kind', () => {
    const outputs = outputsOf({ points: 40, walks: 1, side: 'left' });
    const score = (truth: object) =>
      scoreValues(contextOf('absolute_error:points'), truthsOf({ ...TRUTH, ...truth }), outputs);
    expect(() => score({ points: 'many' })).toThrow('must hold a whole number');
    expect(() => scoreValues(contextOf('brier:walks'), truthsOf({}), outputs)).toThrow(
      'no true value of walks',
    );
  });
});

test('metrics over the set see failed cases as the registry says', () => {
  const cases = [
    {
      truths: truthsOf({ ...TRUTH, walks: true }),
      outputs: outputsOf({ walks: 0.9, points: 1, side: 'left' }),
    },
    {
      truths: truthsOf({ ...TRUTH, walks: false }),
      outputs: outputsOf({ walks: 0.2, points: 1, side: 'right' }),
    },
    { truths: truthsOf({ ...TRUTH, walks: false }), outputs: null },
  ];
  const ones = new Uint32Array(3).fill(1);
  // The failed negative case is above all others: one of two pairs is in order.
  expect(prepareSetScore(contextOf(), 'auroc:walks', cases)(ones)).toBe(0.5);
  expect(prepareSetScore(contextOf(), 'accuracy:side', cases)(ones)).toBeCloseTo(1 / 3, 12);
  // As a bootstrap replicate draws them: the first case twice, the failed one not at all.
  expect(prepareSetScore(contextOf(), 'auroc:walks', cases)(Uint32Array.of(2, 1, 0))).toBe(1);
});
