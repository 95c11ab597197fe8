import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, METRICS } from '#lib/domain/metrics/metrics.ts';
import type { ClassValue, NumberCases, SetScore } from '#lib/domain/metrics/values/cases.ts';
import {
  isValueMetricName,
  takesKinds,
  trueRangeOf,
  VALUE_METRIC_NAMES,
  VALUE_METRICS,
  type ValueMetricName,
} from '#lib/domain/metrics/values/value-metrics.ts';
import { bruteForce, calibrationLikelihood } from '#test/support/scoring/value-definitions.ts';

const SET_NAMES = VALUE_METRIC_NAMES.filter((name) => VALUE_METRICS[name].over === 'set');
const isBinary = (name: ValueMetricName) => ['probabilities', 'scores'].includes(VALUE_METRICS[name].as);

const ones = (n: number) => new Float64Array(n).fill(1);

/** NaN or null marks a failed case. */
function prepared(
  name: ValueMetricName,
  truth: readonly ClassValue[],
  prediction: readonly (ClassValue | null)[],
  range = { min: Math.min(...truth.map(Number)), max: Math.max(...truth.map(Number)) },
): SetScore {
  const metric = VALUE_METRICS[name];
  if (metric.over !== 'set') throw new Error(`${name} is a metric per case.`);
  if (metric.as === 'classes') return metric.prepare({ truth, prediction });
  const numbers = (values: readonly (ClassValue | null)[]) =>
    Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
  const cases: NumberCases = {
    truth: numbers(truth),
    prediction: numbers(prediction),
    range: isBinary(name) ? { min: 0, max: 1 } : range,
  };
  return metric.prepare(cases);
}

describe('the registry of values', () => {
  test('every metric has one complete entry, with names and labels unlike those of masks', () => {
    expect(Object.keys(VALUE_METRICS)).toEqual([...VALUE_METRIC_NAMES]);
    for (const name of VALUE_METRIC_NAMES) {
      const metric = VALUE_METRICS[name];
      expect(metric.name).toBe(name);
      for (const text of [metric.label, metric.formula, metric.meaning, metric.failed, metric.source])
        expect(text.length, name).toBeGreaterThan(0);
    }
    const labels = [
      ...VALUE_METRIC_NAMES.map((n) => VALUE_METRICS[n].label),
      ...METRIC_NAMES.map((n) => METRICS[n].label),
    ];
    expect(new Set(labels).size).toBe(VALUE_METRIC_NAMES.length + METRIC_NAMES.length);
    expect(METRIC_NAMES.filter(isValueMetricName)).toEqual([]);
    expect(isValueMetricName('toString')).toBe(false);
  });

  test('kinds: numbers, classes of one kind, and probabilities of a Bool', () => {
    expect(takesKinds('mae', 'Float', 'Integer')).toBe(true);
    expect(takesKinds('mae', 'String', 'Float')).toBe(false);
    expect(takesKinds('accuracy', 'String', 'String')).toBe(true);
    expect(takesKinds('accuracy', 'String', 'Integer')).toBe(false);
    expect(takesKinds('brier', 'Bool', 'Float')).toBe(true);
    expect(takesKinds('brier', 'Bool', 'Integer')).toBe(false);
    expect(takesKinds('auroc', 'Bool', 'Integer')).toBe(true);
    expect(takesKinds('auroc', 'Float', 'Float')).toBe(false);
  });

  test('only the calibration slope, which is best at 1, cannot be ranked', () => {
    expect(VALUE_METRIC_NAMES.filter((name) => VALUE_METRICS[name].better === 'closer to 1')).toEqual([
      'calibration_slope',
    ]);
  });

  test.each(VALUE_METRIC_NAMES)('the worked example of %s comes out as it says', (name) => {
    const metric = VALUE_METRICS[name];
    const { truth, prediction, value } = metric.example;
    if (metric.over === 'set')
      expect(prepared(name, truth, prediction)(ones(truth.length))).toBeCloseTo(value, 6);
    else if (metric.as === 'classes')
      expect(metric.score(metric.example.truth[0]!, metric.example.prediction[0]!)).toBe(value);
    else expect(metric.score(metric.example.truth[0]!, metric.example.prediction[0]!)).toBeCloseTo(value, 6);
  });
});

describe('published values', () => {
  const score = (name: ValueMetricName, truth: ClassValue[], prediction: ClassValue[]) =>
    prepared(name, truth, prediction)(ones(truth.length));

  // https://scikit-learn.org/stable/modules/generated/sklearn.metrics.<function>.html
  test('scikit-learn', () => {
    const numbers: [number[], number[]] = [
      [3, -0.5, 2, 7],
      [2.5, 0, 2, 8],
    ];
    expect(score('mae', ...numbers)).toBe(0.5);
    expect(score('rmse', ...numbers)).toBeCloseTo(0.6123724356957945, 12);
    expect(score('r2', ...numbers)).toBeCloseTo(0.9486081370449679, 12);
    const scores: [number[], number[]] = [
      [0, 0, 1, 1],
      [0.1, 0.4, 0.35, 0.8],
    ];
    expect(score('auroc', ...scores)).toBe(0.75);
    expect(score('average_precision', ...scores)).toBeCloseTo(0.8333333333333333, 12);
    expect(score('balanced_accuracy', [0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1])).toBe(0.625);
    expect(score('accuracy', [0, 2, 1, 3], [0, 1, 2, 3])).toBe(0.5);
    expect(score('brier_score', [0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3])).toBeCloseTo(0.0375, 12);
    // log_loss(["spam", "ham", "ham", "spam"], …) = 0.21616, with the probabilities of spam.
    expect(score('mean_log_loss', [1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65])).toBeCloseTo(0.21616187468057912, 12);
  });

  test('scikit-learn’s LogisticRegression without a penalty, also with weights', () => {
    const slope = prepared('calibration_slope', [0, 0, 1, 0, 1, 1], [0.1, 0.3, 0.4, 0.6, 0.7, 0.9]);
    expect(slope(ones(6))).toBeCloseTo(1.50479213, 7);
    expect(slope(Uint32Array.of(1, 0, 2, 3, 1, 1))).toBeCloseTo(0.67802353, 7);
  });

  // https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.pearsonr.html and spearmanr.html
  test('SciPy', () => {
    expect(score('pearson', [1, 2, 3, 4, 5, 6, 7], [10, 9, 2.5, 6, 4, 3, 2])).toBeCloseTo(
      -0.828503883588428,
      12,
    );
    expect(score('spearman', [1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
  });

  // https://lightning.ai/docs/torchmetrics/stable/regression/concordance_corr_coef.html: 0.9777, with variances
  // divided by n − 1; Lin divides by n.
  test('Lin’s concordance, divided by n', () => {
    expect(score('lins_concordance', [3, -0.5, 2, 7], [2.5, 0, 2, 8])).toBeCloseTo(0.97678916827853, 12);
  });
});

const anyCases = (name: ValueMetricName) => {
  const binary = isBinary(name);
  const value =
    VALUE_METRICS[name].as === 'probabilities'
      ? fc.oneof(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), fc.double({ min: 0, max: 1, noNaN: true }))
      : fc.integer({ min: -4, max: 4 });
  const one = fc.record({
    truth: binary ? fc.constantFrom(0, 1) : fc.integer({ min: -3, max: 3 }),
    prediction: fc.option(value, { freq: 6 }),
    weight: fc.nat({ max: 3 }),
  });
  return fc.array(one, { minLength: 1, maxLength: 14 });
};

describe.each(SET_NAMES)('%s', (name) => {
  test('agrees with its definition on the cases repeated by their weights', () => {
    fc.assert(
      fc.property(anyCases(name), (cases) => {
        const truth = cases.map((one) => one.truth);
        const range = { min: Math.min(...truth), max: Math.max(...truth) };
        const score = prepared(
          name,
          truth,
          cases.map((one) => one.prediction),
          range,
        );
        const weights = Uint32Array.from(cases, ({ weight }) => weight);
        const repeated = cases.flatMap((one) => Array.from({ length: one.weight }, () => one));
        const expected = bruteForce(name, repeated, isBinary(name) ? { min: 0, max: 1 } : range);
        const scored = score(weights);
        if (expected === null || scored === null) expect(scored).toBe(expected);
        else if (name === 'calibration_slope') {
          // Where the outcomes hardly overlap, slopes that differ much are equally likely as far as numbers go.
          const t = repeated.map((one) => one.truth);
          const p = repeated.map((one) => one.prediction ?? 1 - one.truth);
          const [ours, best] = [scored, expected].map((slope) => calibrationLikelihood(t, p, slope));
          expect(ours).toBeGreaterThanOrEqual(best! - 1e-8);
        } else expect(scored).toBeCloseTo(expected, 9);
        // Evaluating other weights in between changes nothing.
        score(ones(cases.length));
        expect(score(weights)).toBe(scored);
      }),
      // The search for the best slope is slow.
      { numRuns: name === 'calibration_slope' ? 40 : 300 },
    );
  });

  test('is undefined without cases', () => {
    expect(prepared(name, [0, 1], [0, 1])(new Uint32Array(2))).toBeNull();
  });

  test('a failed case never scores better than a prediction within the true range', () => {
    if (VALUE_METRICS[name].better === 'closer to 1') return;
    const isCorrelation = ['pearson', 'spearman', 'lins_concordance'].includes(name);
    fc.assert(
      fc.property(anyCases(name), fc.nat(), (cases, pick) => {
        const truth = cases.map((one) => one.truth);
        const range = isBinary(name)
          ? { min: 0, max: 1 }
          : { min: Math.min(...truth), max: Math.max(...truth) };
        const failing = pick % cases.length;
        const predictions = (of: number | null) => truth.map((t, i) => (i === failing ? of : t));
        const scoreOf = (of: number | null) =>
          prepared(name, truth, predictions(of), range)(ones(truth.length));
        const failed = scoreOf(null);
        // For a correlation the farther end is not always the worst that could be predicted (decision 0107).
        const others = isCorrelation
          ? [truth[failing]!]
          : [range.min, (range.min + range.max) / 2, range.max];
        for (const other of others.map(scoreOf)) {
          if (failed === null || other === null) expect(failed).toBe(other);
          else if (VALUE_METRICS[name].better === 'higher') expect(failed).toBeLessThanOrEqual(other + 1e-9);
          else expect(failed).toBeGreaterThanOrEqual(other - 1e-9);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('what the definitions leave open', () => {
  test('ties count half in AUROC, and equal predictions are one step of average precision', () => {
    expect(prepared('auroc', [0, 1], [0.5, 0.5])(ones(2))).toBe(0.5);
    expect(prepared('average_precision', [0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5])(ones(4))).toBe(0.5);
  });

  test('a failed case ranks behind scores of any size', () => {
    expect(prepared('auroc', [1, 0], [null, -1e9])(ones(2))).toBe(0);
    expect(prepared('auroc', [1, 0], [1e9, null])(ones(2))).toBe(0);
  });

  test('a constant prediction correlates with nothing, and a constant truth leaves nothing to correlate', () => {
    for (const name of ['pearson', 'spearman', 'lins_concordance'] as const) {
      expect(prepared(name, [1, 2, 3], [5, 5, 5])(ones(3)), name).toBe(0);
      expect(prepared(name, [2, 2, 2], [1, 2, 3])(ones(3)), name).toBeNull();
      // A replicate that drew one case only.
      expect(prepared(name, [1, 2, 3], [1, 2, 3])(Uint32Array.of(3, 0, 0)), name).toBeNull();
    }
  });

  test('log loss is clipped, and the worst of a case is its largest value', () => {
    const loss = VALUE_METRICS.log_loss;
    if (loss.over !== 'case' || loss.as === 'classes') throw new Error('unreachable');
    expect(loss.score(1, 0)).toBeCloseTo(52 * Math.LN2, 10);
    expect(loss.score(0, 1)).toBeCloseTo(52 * Math.LN2, 10);
    expect(loss.score(1, 1)).toBeLessThan(1e-15);
    expect(loss.worst({ min: 0, max: 1 })).toBe(loss.score(1, 0));
  });

  test('outcomes that do not overlap have the largest slope, and equal probabilities the slope 0', () => {
    expect(prepared('calibration_slope', [0, 0, 1], [0.1, 0.2, 0.3])(ones(3))).toBe(10);
    expect(prepared('calibration_slope', [0, 1, 1], [0.9, 0.2, 0.3])(ones(3))).toBe(-10);
    expect(prepared('calibration_slope', [0, 1], [0.4, 0.4])(ones(2))).toBe(0);
    expect(prepared('calibration_slope', [1, 1], [0.4, 0.6])(ones(2))).toBeNull();
  });

  test('worst values per case are constants of the test set', () => {
    const range = trueRangeOf(Float64Array.of(3, -0.5, 2, 7));
    const worst = (name: ValueMetricName) => {
      const metric = VALUE_METRICS[name];
      return metric.over === 'case' ? metric.worst(range) : null;
    };
    expect(worst('absolute_error')).toBe(7.5);
    expect(worst('squared_error')).toBe(56.25);
    expect([worst('correct'), worst('brier')]).toEqual([0, 1]);
    expect(() => trueRangeOf(Float64Array.of(2, 2))).toThrow('All true values are equal');
    expect(() => trueRangeOf(new Float64Array(0))).toThrow();
  });

  test('errors are undefined where the true values of the whole set are equal', () => {
    for (const name of ['mae', 'rmse', 'r2'] as const)
      expect(prepared(name, [2, 2], [1, 2])(ones(2)), name).toBeNull();
  });
});
