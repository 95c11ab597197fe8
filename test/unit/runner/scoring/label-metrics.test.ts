import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelKey } from '#lib/domain/metrics/labels.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { type ScoringJob, scoreCase } from '#runner/scoring/score-case.ts';
import { declaredLabelWorst, labelledTruthFacts } from '#runner/scoring/truth-facts.ts';
import { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { Mask } from '#test/support/scoring/definitions.ts';
import { affineOf, anyConnectivity, fileOf, maskPair, scoreMasks } from '#test/support/scoring/masks.ts';

const LABELS = [
  { value: 2, name: 'gray matter' },
  { value: 9, name: 'lesion' },
  { value: 300, name: 'rare' },
];
const AFFINE = affineOf([1, 1, 1]);

type Data = Parameters<typeof encodeNifti>[0]['data'];
const file = (data: Data, slope?: { slope: number }) =>
  encodeNifti({ shape: [4, 3, 2], affine: AFFINE, data, gzipLevel: null, ...slope });

function metricsOf(job: Partial<ScoringJob> & Pick<ScoringJob, 'truth' | 'prediction'>) {
  const outcome = scoreCase({ connectivity: 6, labels: LABELS, ...job });
  if (outcome.status !== 'scored') throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome.metrics;
}

const TRUTH = Uint16Array.from([2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const PREDICTION = Uint16Array.from([2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 9, 9, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0]);

describe('masks with labels', () => {
  test('every label is scored as a mask of its own voxels would be', () => {
    const values = [0, 1, ...LABELS.map(({ value }) => value)];
    const pair = maskPair(5).chain(({ truth }) => {
      const voxels = fc.array(fc.constantFrom(...values), {
        minLength: truth.voxels.length,
        maxLength: truth.voxels.length,
      });
      return fc.record({ shape: fc.constant(truth.shape), truth: voxels, prediction: voxels });
    });
    const types = [Uint16Array, Int32Array, Float32Array, Float64Array] as const;
    fc.assert(
      fc.property(pair, anyConnectivity, fc.constantFrom(...types), (drawn, connectivity, ArrayType) => {
        const { shape } = drawn;
        const encoded = (voxels: readonly number[]) =>
          encodeNifti({ shape, affine: AFFINE, data: ArrayType.from(voxels), gzipLevel: null });
        const files = { truth: encoded(drawn.truth), prediction: encoded(drawn.prediction) };
        const scored = metricsOf({ ...files, connectivity });
        for (const { value, name } of LABELS) {
          const only = (voxels: readonly number[]): Mask => ({
            shape,
            voxels: voxels.map((voxel) => Number(voxel === value)),
          });
          const [truth, prediction] = [only(drawn.truth), only(drawn.prediction)];
          const isAbsent = ![...truth.voxels, ...prediction.voxels].includes(1);
          const alone = scoreMasks(truth, prediction, { connectivity });
          for (const metric of METRIC_NAMES)
            expect(scored[labelKey(metric, name)], `${metric} ${name}`).toBe(isAbsent ? null : alone[metric]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the mean counts the labels of the truth', () => {
    const scored = metricsOf({ truth: file(TRUTH), prediction: file(PREDICTION) });
    // Gray matter 2·3 / (6 + 3), lesion 2·2 / (3 + 2), and the rare label in neither mask.
    expect(scored).toMatchObject({ 'dice@gray matter': 6 / 9, 'dice@lesion': 4 / 5, 'dice@rare': null });
    expect(scored.dice).toBeCloseTo((6 / 9 + 4 / 5) / 2, 12);
    expect(scored.volume_difference_voxels).toBe((3 + 1) / 2);
    expect(scored.pr_auc).toBeNull();
  });

  test('leaving out a label never improves a metric, and neither does a stray voxel of an absent label', () => {
    const full = metricsOf({ truth: file(TRUTH), prediction: file(PREDICTION) });
    const left = metricsOf({
      truth: file(TRUTH),
      prediction: file(PREDICTION.map((v) => (v === 9 ? 0 : v))),
    });
    const stray = metricsOf({
      truth: file(TRUTH),
      prediction: file(PREDICTION.map((v, i) => (i === 23 ? 300 : v))),
    });
    const isBetter = (name: MetricName, a: number, b: number) =>
      METRICS[name].better === 'higher' ? a > b + 1e-12 : a < b - 1e-12;
    for (const name of METRIC_NAMES) {
      if (full[name] === null) continue;
      expect(isBetter(name, stray[name]!, full[name]), `stray ${name}`).toBe(false);
      if (name !== 'specificity' && name !== 'precision')
        expect(isBetter(name, left[name]!, full[name]), `left ${name}`).toBe(false);
    }
    expect(left['hd@lesion']).toBeNull();
    expect(left.hd).toBe((full['hd@gray matter']! + Math.sqrt(16 + 9 + 4)) / 2);
    expect(stray['dice@rare']).toBe(0);
    expect(stray.dice).toBeCloseTo((6 / 9 + 4 / 5 + 0) / 3, 12);
    // Counted, the voxel would improve (3 + 1) / 2 to (3 + 1 + 1) / 3.
    expect(stray.volume_difference_voxels).toBe(2);
  });

  test('values round to labels within 1e-3, and values further away are rejected with what to do', () => {
    const near = Float64Array.from(TRUTH, (v) => v + 0.0009);
    expect(metricsOf({ truth: file(TRUTH), prediction: file(near) }).dice).toBe(1);
    const outcome = (data: Data) =>
      scoreCase({ truth: file(TRUTH), prediction: file(data), connectivity: 6, labels: LABELS });
    expect(outcome(Float64Array.from(TRUTH, (v) => v + 0.0011))).toMatchObject({
      status: 'rejected',
      code: 'NOT_BINARY',
      message: expect.stringMatching(/2\.0011 at voxel \(0, 0, 0\).*not a label.*integer/),
    });
    expect(outcome(Float32Array.from(TRUTH, (v, i) => (i === 17 ? Number.NaN : v)))).toMatchObject({
      code: 'NOT_FINITE',
      message: expect.stringContaining('(1, 1, 1)'),
    });
  });

  test('other integers are background, however large or negative, whatever the background is', () => {
    const others = Float64Array.from(TRUTH, (v, i) => (v === 0 ? [-4, 1e9, 7, 70_000][i % 4]! : v));
    expect(metricsOf({ truth: file(TRUTH), prediction: file(others) }).dice).toBe(1);
    expect(metricsOf({ truth: file(others), prediction: file(TRUTH) }).dice).toBe(1);
    // The first voxel, which decides what is skipped, is a label.
    const bytes = Uint8Array.from(TRUTH);
    expect(metricsOf({ truth: file(bytes), prediction: file(TRUTH) }).hd).toBe(0);
  });

  test('an unusable truth is a platform error', () => {
    const truth = file(Float32Array.from(TRUTH, () => 0.5));
    expect(() => metricsOf({ truth, prediction: file(TRUTH) })).toThrow(/true mask can't be used.*0\.5/);
  });

  test('only requested metrics have keys of labels', () => {
    const scored = metricsOf({ truth: file(TRUTH), prediction: file(PREDICTION), metrics: ['dice', 'hd95'] });
    const keys = ['dice', 'hd95'].flatMap((name) => LABELS.map((label) => `${name}@${label.name}`));
    expect(Object.keys(scored)).toEqual([...METRIC_NAMES, ...keys]);
    expect(METRIC_NAMES.filter((name) => scored[name] !== null)).toEqual(['dice', 'hd95']);
  });
});

test('the facts of a truth and the worst values count each label', () => {
  const facts = labelledTruthFacts(file(TRUTH), LABELS);
  const none = { voxels: 0, volumeMl: 0, lesions: { 6: 0, 18: 0, 26: 0 } };
  expect(facts).toMatchObject({ voxels: 9, gridVoxels: 24, lesions: { 6: 3, 18: 3, 26: 3 } });
  expect(facts.labels['gray matter']).toEqual({
    voxels: 6,
    volumeMl: 0.006,
    lesions: { 6: 1, 18: 1, 26: 1 },
  });
  expect(facts.labels['rare']).toEqual(none);
  expect(declaredLabelWorst([facts], LABELS)).toMatchObject({
    volume_difference_voxels: 6,
    'volume_difference_voxels@lesion': 3,
    'volume_difference_voxels@rare': 0,
    hd: Math.sqrt(29),
  });
});

test('the pool scores labels as the scorer does', async () => {
  const pool = new ScoringPool({ threads: Math.min(1, availableParallelism()) });
  try {
    const job = {
      truth: file(TRUTH),
      prediction: file(PREDICTION),
      connectivity: 6 as const,
      labels: LABELS,
    };
    expect(await pool.score(job)).toEqual(scoreCase(job));
    expect(await pool.labelledTruthFacts(file(TRUTH), LABELS)).toEqual(
      labelledTruthFacts(file(TRUTH), LABELS),
    );
  } finally {
    await pool.close();
  }
});

test('a mask with one label is scored as without labels where the truth has it', () => {
  fc.assert(
    fc.property(maskPair(), anyConnectivity, ({ truth, prediction }, connectivity) => {
      fc.pre(truth.voxels.includes(1));
      const files = { truth: fileOf(truth), prediction: fileOf(prediction) };
      const labels = [{ value: 1, name: 'lesion' }];
      const [one, alone] = [
        metricsOf({ ...files, labels, connectivity }),
        scoreMasks(truth, prediction, { connectivity }),
      ];
      for (const name of METRIC_NAMES) expect(one[`${name}@lesion`], name).toBe(alone[name]);
      for (const name of METRIC_NAMES) if (alone[name] !== null) expect(one[name], name).toBe(alone[name]);
    }),
    { numRuns: 100 },
  );
});
