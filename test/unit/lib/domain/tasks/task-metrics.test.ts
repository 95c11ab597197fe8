import { describe, expect, test } from 'vitest';
import { findMetricsProblem, needsOutputsAtEnd } from '#lib/domain/phases/phase-metrics.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import { metricOf, metricsOf, worstOf } from '#lib/domain/tasks/task-metrics.ts';

const SCAN = { slug: 'scan', title: 'Scan', kind: 'Image', relative_path: 'images/scan', format: 'mha' };
const MASK = {
  slug: 'tissue',
  title: 'Tissue',
  kind: 'Segmentation',
  relative_path: 'images/tissue',
  format: 'mha',
};
const LABELS: Task = taskSchema.parse({
  inputs: [SCAN],
  outputs: [MASK],
  scoring: {
    kind: 'segmentation',
    output: 'tissue',
    grid: 'scan',
    labels: [
      { value: 1, name: 'gray matter' },
      { value: 2, name: 'CSF' },
    ],
  },
});
const value = (slug: string, kind: string, more: object = {}) => {
  return { slug, title: slug, kind, relative_path: `${slug}.json`, ...more };
};
const VALUES: Task = taskSchema.parse({
  inputs: [SCAN],
  outputs: [value('recovery', 'Float', { unit: 'points' }), value('walks', 'Float'), value('side', 'String')],
  scoring: { kind: 'values', outputs: ['recovery', 'walks', 'side'], truthKinds: { walks: 'Bool' } },
});
const SCORER: Task = taskSchema.parse({
  inputs: [SCAN],
  outputs: [MASK],
  scoring: {
    kind: 'container',
    metrics: [
      { name: 'f1', title: 'F1', better: 'higher', worst: 0, range: [0, 1], case: 'f1' },
      { name: 'map', title: 'mAP', better: 'higher', worst: 0, aggregate: 'mAP.all', unit: '%' },
    ],
  },
});
const ranked = (...metrics: string[]) => metrics.map((metric) => ({ metric, weight: 1 }));

describe('the metrics of a task', () => {
  test('of a mask are those of the registry', () => {
    expect(metricOf(STROKE_T1, 'dice')).toMatchObject({ label: 'Dice', over: 'case', unit: '1' });
    expect(metricOf(STROKE_T1, 'dice@CSF')).toBeNull();
    expect(metricOf(STROKE_T1, 'mae:recovery')).toBeNull();
  });

  test('of a mask with labels have a value for each label, and the mean over them', () => {
    expect(metricOf(LABELS, 'dice')).toMatchObject({ label: 'Dice, mean over labels' });
    expect(metricOf(LABELS, 'hd95@CSF')).toMatchObject({ label: 'Hausdorff distance, 95%, CSF', unit: 'mm' });
    expect(metricOf(LABELS, 'dice@bone')).toBeNull();
    expect(metricsOf(LABELS).map(({ key }) => key)).toContain('nsd_1mm@gray matter');
  });

  test('of values are those that the kinds of truth and output allow, in the unit of the output', () => {
    expect(metricOf(VALUES, 'mae:recovery')).toMatchObject({ over: 'set', unit: 'points' });
    expect(metricOf(VALUES, 'squared_error:recovery')).toMatchObject({ over: 'case', unit: 'points²' });
    expect(metricOf(VALUES, 'auroc:walks')).toMatchObject({ label: expect.stringMatching(/, walks$/) });
    expect(metricOf(VALUES, 'auroc:recovery')).toBeNull();
    expect(metricOf(VALUES, 'mae:walks')).toBeNull();
    expect(metricOf(VALUES, 'accuracy:side')).not.toBeNull();
    expect(metricOf(VALUES, 'mae:other')).toBeNull();
    expect(metricOf(VALUES, 'dice')).toBeNull();
  });

  test('of a scorer are those that the phase declares', () => {
    expect(metricsOf(SCORER)).toMatchObject([
      { key: 'f1', over: 'case', hasInterval: true, unit: '1' },
      { key: 'map', over: 'set', hasInterval: false, unit: '%' },
    ]);
    expect(metricOf(SCORER, 'dice')).toBeNull();
    expect(metricOf(SCORER, '__proto__')).toBeNull();
    expect(worstOf(SCORER, { f1: 7 })).toEqual({ f1: 0, map: 0 });
  });
});

describe('a phase', () => {
  const problem = (task: Task, ...metrics: string[]) => findMetricsProblem(ranked(...metrics), { task });

  test('names metrics of its task only', () => {
    expect(problem(VALUES, 'dice')).toMatch(
      /^The task has no metric "dice"\. It has absolute_error:recovery, /,
    );
    expect(problem(VALUES, 'absolute_error:recovery', 'auroc:walks')).toBeNull();
    expect(problem(LABELS, 'dice', 'dice@CSF')).toBeNull();
    expect(problem(LABELS, 'pr_auc')).toMatch(/needs probability maps/);
  });

  test('doesn’t rank by what is best at 1', () => {
    expect(problem(VALUES, 'calibration_slope:walks')).toMatch(/weight 0/);
    const shown = [...ranked('brier:walks'), { metric: 'calibration_slope:walks', weight: 0 }];
    expect(findMetricsProblem(shown, { task: VALUES })).toBeNull();
  });

  test('keeps outputs to the end if a metric over the set or a scorer needs them', () => {
    expect(needsOutputsAtEnd({ task: STROKE_T1, metrics: ranked('dice') })).toBe(false);
    expect(needsOutputsAtEnd({ task: VALUES, metrics: ranked('brier:walks') })).toBe(false);
    expect(needsOutputsAtEnd({ task: VALUES, metrics: ranked('brier:walks', 'auroc:walks') })).toBe(true);
    expect(needsOutputsAtEnd({ task: SCORER, metrics: ranked('f1') })).toBe(true);
  });
});
