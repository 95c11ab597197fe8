import { describe, expect, test } from 'vitest';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';

const F1 = { name: 'f1', title: 'F1', better: 'higher', worst: 0, range: [0, 1], case: 'f1_score' };
const MEAN = { name: 'mean_f1', title: 'Mean F1', better: 'higher', worst: 0, aggregate: 'f1.mean' };

function taskWith(metrics: object[]) {
  return {
    inputs: [{ slug: 'photo', title: 'Photo', kind: 'Image', relative_path: 'images/photo', format: 'png' }],
    outputs: [{ slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'report.pdf' }],
    scoring: { kind: 'container', metrics },
  };
}

function scorerProblems(scoring: object): string[] {
  const task = taskWith([F1]);
  const parsed = parseOrDescribe(taskSchema, { ...task, scoring: { ...task.scoring, ...scoring } });
  return parsed.success ? [] : formatProblems(parsed.problems);
}

function problemsOf(...metrics: object[]): string[] {
  const parsed = parseOrDescribe(taskSchema, taskWith(metrics));
  return parsed.success ? [] : formatProblems(parsed.problems);
}

describe('the metrics of an organizer’s scorer', () => {
  test('have a value for each case or one for all, three decimals and no range unless said', () => {
    expect(problemsOf(F1, MEAN)).toEqual([]);
    expect(taskSchema.parse(taskWith([F1, MEAN])).scoring).toMatchObject({
      metrics: [
        { case: 'f1_score', decimals: 3, unit: '' },
        { aggregate: 'f1.mean', range: [null, null] },
      ],
    });
  });

  test.each([
    [{ ...F1, aggregate: 'f1.mean' }, 'not both'],
    [{ ...F1, case: undefined }, 'or "aggregate" is needed'],
    [{ ...F1, worst: -1 }, 'worst: must be in the range.'],
    [{ ...F1, range: [1, 0] }, 'smaller end first'],
    [{ ...F1, worst: Number.NaN }, 'must be a number'],
    [{ ...F1, name: '__proto__' }, 'lower-case words'],
    [{ ...F1, better: 'closer' }, 'better'],
    [{ ...F1, name: 'constructor' }, 'this one is reserved'],
    [{ ...F1, case: '__proto__' }, 'case: must not be one of __proto__'],
    [{ ...F1, case: 'pk' }, 'case: must not be one of'],
    [{ ...MEAN, aggregate: 'f1.constructor.name' }, 'aggregate: must not be one of'],
  ])('%j is refused', (metric, sentence) => {
    expect(problemsOf(metric)).toEqual([expect.stringContaining(sentence)]);
  });

  test('have a name each', () => {
    expect(problemsOf(F1, { ...MEAN, name: 'f1' })).toEqual([expect.stringContaining('a name twice')]);
  });
});

describe('a scorer', () => {
  test('has limits of its own, each with a default, and sees all cases at once unless it says otherwise', () => {
    expect(taskSchema.parse(taskWith([F1])).scoring).toMatchObject({
      perCase: false,
      limits: { cpus: 1, memoryMib: 4096, timeLimitSeconds: 3600, pids: 256, outputMib: 256 },
    });
    expect(scorerProblems({ limits: { cpus: 2 }, perCase: true })).toEqual([]);
  });

  test.each<[object, string]>([
    [{ limits: { cpus: 0 } }, 'scoring.limits.cpus: must be a number of at least 0.1.'],
    [{ limits: { memory: 1 } }, 'scoring.limits.memory: is not a known field.'],
    [{ limits: { memoryMib: 128 } }, 'scoring.limits.outputMib: must be at most memoryMib'],
    [{ perCase: true, metrics: [MEAN] }, 'scoring.perCase: must be false, because "mean_f1" is an aggregate'],
  ])('%j is refused', (scoring, sentence) => {
    expect(scorerProblems(scoring)).toEqual([expect.stringContaining(sentence)]);
  });
});
