import { expect, test } from 'vitest';
import { shortLabel } from '#components/format/metric-labels.ts';
import { hasFigure, withCaseMetrics } from '#components/submission/cases/case-labels.ts';
import { describeMetrics, describeRanked } from '#lib/domain/phases/phase-metrics.ts';
import { describeLabels } from '#lib/domain/tasks/describe-socket.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { metricOf } from '#lib/domain/tasks/task-metrics.ts';

const value = (slug: string, title: string) => ({
  slug,
  title,
  kind: 'Float',
  relative_path: `${slug}.json`,
});
const VALUES = taskSchema.parse({
  inputs: [value('age', 'Age')],
  outputs: [value('points', 'Points'), value('walks', 'Independent walking')],
  scoring: { kind: 'values', outputs: ['points', 'walks'], truthKinds: { walks: 'Bool' } },
});

test('headings of values are short and keep the title of their output', () => {
  const heading = (key: string) => shortLabel({ metric: key, label: metricOf(VALUES, key)!.label });
  expect(heading('mae:points')).toBe('MAE, Points');
  expect(heading('auroc:walks')).toBe('AUROC, Independent walking');
  expect(shortLabel({ metric: 'hd95', label: 'Hausdorff distance, 95%' })).toBe('HD95');
});

test('metrics are separated by semicolons where a label has a comma', () => {
  const metrics = [
    { metric: 'mae:points', weight: 1 },
    { metric: 'auroc:walks', weight: 2 },
    { metric: 'calibration_slope:walks', weight: 0 },
  ];
  expect(describeRanked({ metrics, task: VALUES })).toBe(
    'Mean absolute error, Points; AUROC, Independent walking',
  );
  expect(describeMetrics(metrics, { task: VALUES })).toBe(
    'Mean absolute error, Points (1); AUROC, Independent walking (2); shown, not ranked: Calibration slope, Independent walking',
  );
  const masks = ['dice', 'lesion_f1'].map((metric) => ({ metric, weight: 1 }));
  expect(describeRanked({ metrics: masks, task: STROKE_T1 })).toBe('Dice, Lesion F1');
});

test('an output with labels says what its values mean', () => {
  const [output] = STROKE_T1.outputs;
  const labels = [
    { value: 1, name: 'CSF' },
    { value: 2, name: 'gray matter' },
  ];
  const scoring = { ...STROKE_T1.scoring, labels } as typeof STROKE_T1.scoring;
  expect(describeLabels({ scoring }, output!)).toBe('0 background, 1 CSF, 2 gray matter');
  expect(describeLabels(STROKE_T1, output!)).toBeNull();
});

test('figures and tables of cases leave out metrics that no case has a value of', () => {
  const { key, label, unit, better, version, decimals } = metricOf(VALUES, 'auroc:walks')!;
  const score = { mean: 0.7, median: null, failed: 0, n: 1, connectivity: null, weight: 1, range: [0, 1] };
  const auroc = { ...score, metric: key, label, unit, better, version, decimals, over: 'set' } as never;
  const caseScores = [{ caseId: '1', status: 'SCORED' as const, code: null, metrics: {} }];
  const shown = withCaseMetrics({ scores: [auroc], caseScores });
  expect(shown.scores).toEqual([]);
  expect(hasFigure(shown)).toBe(false);
});
