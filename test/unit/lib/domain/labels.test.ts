import { describe, expect, test } from 'vitest';
import { labelsSchema } from '#lib/domain/metrics/label-schema.ts';
import {
  isUndefinedWithLabels,
  labelKey,
  meanOverLabels,
  metricKeys,
  parseMetricKey,
  worstLabelValues,
} from '#lib/domain/metrics/labels.ts';
import { METRIC_NAMES } from '#lib/domain/metrics/metrics.ts';

const LABELS = [
  { value: 1, name: 'gray matter' },
  { value: 7, name: 'lesion' },
];
const GRID = { gridVoxels: 100, diagonalMm: 50, hasMillimetres: true };

describe('keys', () => {
  test('a key and its parts are one and the same', () => {
    expect(metricKeys(['dice', 'hd'], LABELS)).toEqual([
      'dice',
      'dice@gray matter',
      'dice@lesion',
      'hd',
      'hd@gray matter',
      'hd@lesion',
    ]);
    expect(parseMetricKey(labelKey('hd', 'lesion'))).toEqual({ metric: 'hd', label: 'lesion' });
    expect(parseMetricKey('dice')).toEqual({ metric: 'dice', label: null });
    for (const key of ['toString', 'toString@lesion', 'dice@', '@lesion', ''])
      expect(parseMetricKey(key), key).toBeNull();
  });

  test('labels have distinct values from 1 to 65535 and distinct names', () => {
    const isValid = (...labels: object[]) => labelsSchema.safeParse(labels).success;
    expect(isValid(...LABELS)).toBe(true);
    expect(isValid()).toBe(false);
    for (const value of [0, -1, 1.5, 65_536]) expect(isValid({ value, name: 'a' }), `${value}`).toBe(false);
    for (const name of ['', '__proto__', 'a@b', 'a\n', ' a', 'x'.repeat(61)])
      expect(isValid({ value: 1, name }), name).toBe(false);
    expect(isValid({ value: 1, name: 'a' }, { value: 1, name: 'b' })).toBe(false);
    expect(isValid({ value: 1, name: 'a' }, { value: 2, name: 'a' })).toBe(false);
  });
});

describe('which labels count follows from the truth', () => {
  const facts = (gray: number, lesion: number, gridVoxels = 100) => ({
    truth: {
      voxels: gray + lesion,
      gridVoxels,
      hasMillimetres: true,
      labels: { 'gray matter': { voxels: gray }, lesion: { voxels: lesion } },
    },
  });

  test('a label that the truth lacks is left out for everyone; the mean only if it lacks all', () => {
    for (const metric of ['dice', 'volume_difference', 'sensitivity', 'hd95'] as const) {
      expect(isUndefinedWithLabels(labelKey(metric, 'lesion'), facts(5, 0))).toBe(true);
      expect(isUndefinedWithLabels(labelKey(metric, 'gray matter'), facts(5, 0))).toBe(false);
      expect(isUndefinedWithLabels(metric, facts(5, 0))).toBe(false);
      expect(isUndefinedWithLabels(metric, facts(0, 0))).toBe(true);
    }
  });

  test('what a label leaves undefined without labels stays undefined', () => {
    expect(isUndefinedWithLabels('specificity@gray matter', facts(100, 0))).toBe(true);
    expect(isUndefinedWithLabels('specificity', facts(100, 0))).toBe(true);
    for (const metric of ['pr_auc', 'pr_auc_trapezoid'] as const)
      expect(isUndefinedWithLabels(metric, facts(5, 5))).toBe(true);
  });

  test('facts without labels are a bug of the caller', () => {
    const truth = { voxels: 5, gridVoxels: 9, hasMillimetres: true };
    expect(() => isUndefinedWithLabels('dice', { truth })).toThrow('depends on labels');
    expect(() => isUndefinedWithLabels('dice', { truth: null })).toThrow('depends on labels');
  });
});

describe('the mean over labels', () => {
  const found = (value: number | null) => ({ value, truth: 10, prediction: 10 });
  const spurious = (value: number | null) => ({ value, truth: 0, prediction: 1 });
  const ABSENT = { value: null, truth: 0, prediction: 0 };

  test('a label that neither mask has does not count', () => {
    expect(meanOverLabels('dice', [found(0.8), found(0.6), ABSENT], GRID)).toBeCloseTo(0.7, 12);
    expect(meanOverLabels('dice', [ABSENT, ABSENT], GRID)).toBeNull();
  });

  test('a missed distance counts as the diagonal, so that leaving out a label never pays', () => {
    const missed = { value: null, truth: 10, prediction: 0 };
    expect(meanOverLabels('hd95', [found(4), missed], GRID)).toBe((4 + 50) / 2);
  });

  test('a label that only the prediction has can only make the mean worse', () => {
    // Dice 0 of a spurious label: (0.8 + 0.6 + 0) / 3.
    expect(meanOverLabels('dice', [found(0.8), found(0.6), spurious(0)], GRID)).toBeCloseTo(1.4 / 3, 12);
    // One stray voxel of 0.001 ml would improve (2 + 4) / 2, so it doesn't count; 9 ml count.
    expect(meanOverLabels('volume_difference', [found(2), found(4), spurious(0.001)], GRID)).toBe(3);
    expect(meanOverLabels('volume_difference', [found(2), found(4), spurious(9)], GRID)).toBe(5);
    expect(meanOverLabels('hd', [found(4), spurious(null)], GRID)).toBe((4 + 50) / 2);
    expect(meanOverLabels('sensitivity', [found(0.5), spurious(null)], GRID)).toBe(0.5);
    // Worst first: 0 counts and lowers 0.9 to 0.45, so that 0.7 would raise it again.
    expect(meanOverLabels('specificity', [found(0.9), spurious(0.7), spurious(0)], GRID)).toBe(0.45);
  });

  test('without a label in the truth there is no mean, whatever was predicted', () => {
    expect(meanOverLabels('dice', [spurious(0), ABSENT], GRID)).toBeNull();
  });
});

test('the worst value of the mean is the worst of its labels', () => {
  const extent = (gray: number, lesion: number) => ({
    ...GRID,
    voxels: gray + lesion,
    volumeMl: (gray + lesion) / 1000,
    lesions: 9,
    labels: {
      'gray matter': { voxels: gray, volumeMl: gray / 1000, lesions: 4 },
      lesion: { voxels: lesion, volumeMl: lesion / 1000, lesions: 5 },
    },
  });
  const worst = worstLabelValues([extent(50, 0), extent(30, 3)], LABELS);
  expect(Object.keys(worst)).toEqual(metricKeys(METRIC_NAMES, LABELS));
  expect(worst).toMatchObject({
    dice: 0,
    volume_difference_voxels: 50,
    'volume_difference_voxels@gray matter': 50,
    'volume_difference_voxels@lesion': 3,
    lesion_count_difference: 5,
    hd95: 50,
    'hd95@lesion': 50,
  });
  expect(() => worstLabelValues([extent(1, 1)], [{ value: 2, name: 'other' }])).toThrow(
    'lack the label other',
  );
});
