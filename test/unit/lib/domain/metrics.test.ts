import { describe, expect, test } from 'vitest';
import {
  dependsOnTruth,
  isMetricName,
  isUndefined,
  METRIC_NAMES,
  METRICS,
  worstValues,
} from '#lib/domain/metrics/metrics.ts';

describe('the registry', () => {
  test('every metric has one complete entry under its own name', () => {
    expect(Object.keys(METRICS)).toEqual([...METRIC_NAMES]);
    for (const name of METRIC_NAMES) {
      const metric = METRICS[name];
      expect(metric.name).toBe(name);
      for (const text of [
        metric.label,
        metric.formula,
        metric.meaning,
        metric.source,
        ...Object.values(metric.emptyMasks),
      ]) {
        expect(text.length, name).toBeGreaterThan(0);
      }
      expect(metric.version).toBeGreaterThanOrEqual(1);
    }
  });

  test('metrics that are better when higher range from 0 to 1; the others start at 0', () => {
    for (const metric of Object.values(METRICS)) {
      if (metric.better === 'higher') {
        expect([metric.unit, metric.range, metric.worst], metric.name).toEqual(['1', [0, 1], 'zero']);
      } else {
        expect(metric.range, metric.name).toEqual([0, null]);
        expect(metric.worst, metric.name).not.toBe('zero');
      }
    }
  });

  test('only lesion metrics depend on connectivity', () => {
    expect(METRIC_NAMES.filter((name) => METRICS[name].hasConnectivity)).toEqual(
      METRIC_NAMES.filter((name) => name.startsWith('lesion_')),
    );
  });

  test('volumes and distances need millimeters, and a picture has neither', () => {
    const needed = METRIC_NAMES.filter((name) => METRICS[name].needsMillimetres);
    expect(needed).toEqual(['volume_difference', 'hd95', 'hd', 'assd', 'nsd_1mm', 'nsd_2mm']);
    const truth = { voxels: 5, gridVoxels: 9, hasMillimetres: false };
    const undefinedOn = METRIC_NAMES.filter((name) =>
      isUndefined(name, { truth, takesProbabilityMaps: true }),
    );
    expect(undefinedOn).toEqual(needed);
  });

  test('labels are unique', () => {
    expect(new Set(METRIC_NAMES.map((name) => METRICS[name].label)).size).toBe(METRIC_NAMES.length);
  });

  test('names are recognized', () => {
    expect(isMetricName('dice')).toBe(true);
    expect(isMetricName('toString')).toBe(false);
  });
});

describe('values derived from the truths of a test set', () => {
  const extent = {
    voxels: 10,
    gridVoxels: 100,
    volumeMl: 0.01,
    lesions: 2,
    diagonalMm: 50,
    hasMillimetres: true,
  };

  test('the worst value of each metric is the largest over the set', () => {
    const worst = worstValues([extent, { ...extent, voxels: 5, volumeMl: 0.02, lesions: 7, diagonalMm: 40 }]);
    expect(worst).toMatchObject({
      dice: 0,
      volume_difference: 0.02,
      volume_difference_voxels: 10,
      lesion_count_difference: 7,
      hd95: 50,
    });
    expect(() => worstValues([])).toThrow(/without cases/);
  });

  test('sensitivity needs a lesion, specificity needs background, pr_auc needs a phase with maps, and the others nothing', () => {
    const undefinedOn = (voxels: number, takesProbabilityMaps = true) =>
      METRIC_NAMES.filter((name) =>
        isUndefined(name, { truth: { ...extent, voxels }, takesProbabilityMaps }),
      );
    expect(undefinedOn(0)).toEqual(['sensitivity']);
    expect(undefinedOn(100)).toEqual(['specificity']);
    expect(undefinedOn(50)).toEqual([]);
    expect(undefinedOn(50, false)).toEqual(['pr_auc', 'pr_auc_trapezoid']);
  });

  test('what depends on the truth can’t be decided without it', () => {
    const facts = { truth: null, takesProbabilityMaps: false };
    for (const name of METRIC_NAMES) {
      if (dependsOnTruth(name)) expect(() => isUndefined(name, facts)).toThrow('depends on the truth');
      else expect(isUndefined(name, facts)).toBe(name.startsWith('pr_auc'));
    }
  });
});
