import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '#lib/domain/metrics/metrics.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import type { Triple } from '#runner/imaging/volume.ts';
import { type CaseOutcome, type ScoringJob, scoreCase } from '#runner/scoring/score-case.ts';
import { declaredWorst, truthFacts } from '#runner/scoring/truth-facts.ts';
import { NUMBER_TYPES, niftiFile, numbersAs } from '#test/support/imaging/nifti-files.ts';
import { affineOf, fileOf, mapFile, picture, scoreMasks } from '#test/support/scoring/masks.ts';

const TRUTH = picture('##.. #... ....', '.... .#.. ...#');
const EMPTY = picture('.... .... ....', '.... .... ....');
const FULL = picture('#### #### ####', '#### #### ####');

const score = (job: Partial<ScoringJob>) =>
  scoreCase({ truth: fileOf(TRUTH), prediction: fileOf(TRUTH), connectivity: 6, ...job });

function metricsOf(outcome: CaseOutcome) {
  if (outcome.status !== 'scored') throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome.metrics;
}

function rejectionOf(outcome: CaseOutcome) {
  if (outcome.status !== 'rejected') throw new Error('The case was scored.');
  return outcome;
}

test('the predicted volume is in the truth’s voxels', () => {
  // 24 and 5 voxels of 2 × 3 × 4 mm.
  const affine = affineOf([2, 3, 4]);
  const outcome = score({ truth: fileOf(TRUTH, affine), prediction: fileOf(FULL, affine) });
  expect(outcome).toMatchObject({ status: 'scored', predictedVolumeMl: (24 * 24) / 1000 });
  expect(outcome.truth?.volumeMl).toBeCloseTo((5 * 24) / 1000, 12);
});

describe('empty masks follow the table of rules', () => {
  test('both empty', () => {
    expect(scoreMasks(EMPTY, EMPTY)).toEqual({
      dice: 1,
      volume_difference: 0,
      volume_difference_voxels: 0,
      lesion_count_difference: 0,
      lesion_f1: 1,
      lesion_f1_iou25: 1,
      lesion_f1_greedy25: 1,
      precision: 1,
      sensitivity: 1,
      specificity: 1,
      hd95: 0,
      hd: 0,
      assd: 0,
      nsd_1mm: 1,
      nsd_2mm: 1,
      pr_auc: null,
      pr_auc_trapezoid: null,
    });
  });

  test('prediction empty', () => {
    // Five voxels of 1 mm³ in three 6-connected lesions.
    expect(scoreMasks(TRUTH, EMPTY)).toMatchObject({
      dice: 0,
      volume_difference: 0.005,
      volume_difference_voxels: 5,
      lesion_count_difference: 3,
      lesion_f1: 0,
      lesion_f1_iou25: 0,
      lesion_f1_greedy25: 0,
      precision: 0,
      sensitivity: 0,
      specificity: 1,
      hd95: null,
      hd: null,
      assd: null,
      nsd_1mm: 0,
      nsd_2mm: 0,
    });
  });

  test('truth empty: sensitivity has no value', () => {
    expect(scoreMasks(EMPTY, TRUTH)).toMatchObject({
      dice: 0,
      volume_difference_voxels: 5,
      precision: 0,
      sensitivity: null,
      specificity: 19 / 24,
      hd95: null,
      nsd_2mm: 0,
    });
  });

  test('truth covers the grid: specificity has no value', () => {
    expect(scoreMasks(FULL, TRUTH).specificity).toBeNull();
    expect(scoreMasks(FULL, TRUTH).precision).toBe(1);
  });
});

describe('a mask is defined by its values, not by its file format', () => {
  for (const type of NUMBER_TYPES) {
    for (const littleEndian of [true, false]) {
      for (const value of [1, 2, 100]) {
        test(`${type.name} ${littleEndian ? 'little' : 'big'}-endian, label ${value}`, () => {
          const file = niftiFile({
            littleEndian,
            dim: [3, ...TRUTH.shape, 1, 1, 1, 1],
            datatype: type.code,
            bitpix: type.bits,
            data: numbersAs(
              type,
              TRUTH.voxels.map((voxel) => voxel * value),
              littleEndian,
            ),
            sform: affineOf([1, 1, 1]).slice(0, 12),
          });
          expect(metricsOf(score({ prediction: file })).dice).toBe(1);
          expect(metricsOf(score({ prediction: gzipSync(file), truth: file })).hd).toBe(0);
        });
      }
    }
  }

  /** TRUTH as scaled raw numbers of a type. */
  function scaledFile(
    name: string,
    raw: (voxel: number) => number,
    slope: number,
    intercept: number,
  ): Buffer {
    const type = NUMBER_TYPES.find((one) => one.name === name)!;
    return niftiFile({
      dim: [3, ...TRUTH.shape, 1, 1, 1, 1],
      datatype: type.code,
      bitpix: type.bits,
      data: numbersAs(type, TRUTH.voxels.map(raw), true),
      slope,
      intercept,
      sform: affineOf([1, 1, 1]).slice(0, 12),
    });
  }

  for (const { name } of NUMBER_TYPES) {
    test(`${name}: background is not raw 0 if the slope is −1 and the intercept 1`, () => {
      const file = scaledFile(name, (voxel) => 1 - voxel, -1, 1);
      expect(metricsOf(score({ prediction: file })).dice).toBe(1);
      expect(metricsOf(score({ truth: file })).dice).toBe(1);
    });
  }

  test('255 scaled by float32 1/255 is 1 within the tolerance', () => {
    expect(
      metricsOf(score({ prediction: scaledFile('uint8', (voxel) => 255 * voxel, 1 / 255, 0) })).dice,
    ).toBe(1);
  });

  test('negative integers are background', () => {
    const file = scaledFile('int16', (voxel) => (voxel === 1 ? 1 : -3), 1, 0);
    expect(metricsOf(score({ prediction: file })).dice).toBe(1);
  });

  test('floats within 1e-3 of an integer count as that integer', () => {
    const file = scaledFile('float64', (voxel) => voxel + 0.0009, 0, 0);
    expect(metricsOf(score({ prediction: file })).dice).toBe(1);
  });

  test('a probability map is not a mask: the message names a value, its voxel and what to do', () => {
    const file = scaledFile('float32', (voxel) => (voxel === 1 ? 0.75 : 0), 0, 0);
    expect(rejectionOf(score({ prediction: file }))).toMatchObject({
      code: 'NOT_BINARY',
      message: expect.stringMatching(/0\.75 at voxel \(0, 0, 0\).*probability > 0\.5/),
    });
    const late = scaledFile('float64', (voxel) => 0.002 * voxel, 0, 0);
    expect(rejectionOf(score({ prediction: late })).code).toBe('NOT_BINARY');
  });

  test('NaN and infinity are NOT_FINITE', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const name of ['float32', 'float64']) {
        const voxels = TRUTH.voxels.map((voxel, i) => (i === 17 ? value : voxel));
        let next = 0;
        const outcome = rejectionOf(score({ prediction: scaledFile(name, () => voxels[next++]!, 0, 0) }));
        // 17 = 1 + 4·(1 + 3·1)
        expect(outcome).toMatchObject({ code: 'NOT_FINITE', message: expect.stringContaining('(1, 1, 1)') });
      }
    }
  });
});

describe('the grid', () => {
  const affine = affineOf([1, 1, 1]);

  /** TRUTH with its axes stored in another order, at the same world coordinates. */
  function stored(axes: Triple, flipped: readonly boolean[], format: 'nifti' | 'mha'): Uint8Array {
    const shape = axes.map((axis) => TRUTH.shape[axis]!) as unknown as Triple;
    const data = new Uint8Array(24);
    const grid = [...affine];
    for (let row = 0; row < 3; row++) {
      axes.forEach((axis, i) => {
        grid[4 * row + i] = (flipped[i] ? -1 : 1) * affine[4 * row + axis]!;
        if (flipped[i]) grid[4 * row + 3]! += affine[4 * row + axis]! * (TRUTH.shape[axis]! - 1);
      });
    }
    let to = 0;
    for (let c = 0; c < shape[2]; c++) {
      for (let b = 0; b < shape[1]; b++) {
        for (let a = 0; a < shape[0]; a++) {
          const at = [0, 0, 0];
          [a, b, c].forEach((index, i) => {
            at[axes[i]!] = flipped[i] ? shape[i]! - 1 - index : index;
          });
          data[to++] = TRUTH.voxels[at[0]! + TRUTH.shape[0] * (at[1]! + TRUTH.shape[1] * at[2]!)]!;
        }
      }
    }
    return format === 'mha'
      ? encodeMetaImage({ shape, affine: grid, data })
      : encodeNifti({ shape, affine: grid, data });
  }

  for (const axes of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const) {
    test(`axes ${axes.join(', ')} in all eight reflections score like the original order`, () => {
      for (let mirror = 0; mirror < 8; mirror++) {
        for (const format of ['nifti', 'mha'] as const) {
          const prediction = stored(
            axes,
            [0, 1, 2].map((i) => ((mirror >> i) & 1) === 1),
            format,
          );
          expect(metricsOf(score({ prediction }))).toMatchObject({
            dice: 1,
            hd: 0,
            lesion_count_difference: 0,
          });
        }
      }
    });
  }

  test('a different shape is SHAPE, and the message contains both', () => {
    const prediction = fileOf(picture('##. #.. ...', '... .#. ...'));
    expect(rejectionOf(score({ prediction }))).toMatchObject({
      code: 'SHAPE',
      message: expect.stringMatching(/3 × 3 × 2.*4 × 3 × 2/),
    });
  });

  test('a transposed mask without its affine is SHAPE', () => {
    const prediction = encodeNifti({ shape: [3, 4, 2], affine, data: new Uint8Array(24) });
    expect(rejectionOf(score({ prediction })).code).toBe('SHAPE');
  });

  test('a different position is AFFINE, and the message contains the distance', () => {
    const moved = affine.map((value, i) => (i === 3 ? value + 2.5 : value));
    expect(rejectionOf(score({ prediction: fileOf(TRUTH, moved) }))).toMatchObject({
      code: 'AFFINE',
      message: expect.stringContaining('2.5 mm'),
    });
  });

  test('a mirrored affine is AFFINE or mirrors the mask, and is never ignored', () => {
    const mirrored = affine.map((value, i) => (i === 0 ? -value : value));
    expect(rejectionOf(score({ prediction: fileOf(TRUTH, mirrored) })).code).toBe('AFFINE');
  });

  test('1.9 µm of rounding is accepted on voxels of 1 mm, 2.1 µm is not', () => {
    const shifted = (mm: number) => affine.map((value, i) => (i === 7 ? value + mm : value));
    expect(score({ prediction: fileOf(TRUTH, shifted(0.0019)) }).status).toBe('scored');
    expect(rejectionOf(score({ prediction: fileOf(TRUTH, shifted(0.0021)) })).code).toBe('AFFINE');
  });

  test('volumes use the determinant of the affine, also for oblique grids', () => {
    const oblique = [1.2, -1.2, 0, 0, 1.6, 0.9, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1];
    const outcome = score({ truth: fileOf(TRUTH, oblique), prediction: fileOf(EMPTY, oblique) });
    // Columns of length 2, 1.5 and 3 mm at right angles: 9 mm³ per voxel, 5 voxels.
    expect(metricsOf(outcome).volume_difference).toBeCloseTo(0.045, 6);
  });
});

describe('probability maps', () => {
  const certain = TRUTH.voxels.map((voxel) => 0.9 * voxel);

  test('a map that ranks the lesion first is optimal', () => {
    expect(metricsOf(score({ probabilityMap: mapFile(TRUTH, certain) })).pr_auc).toBe(1);
  });

  test('there is no value if the phase takes no maps, and 0 if none was submitted', () => {
    expect(metricsOf(score({})).pr_auc).toBeNull();
    expect(metricsOf(score({ probabilityMap: null })).pr_auc).toBe(0);
  });

  test('without a lesion: 1 if the map is below 0.5 everywhere, otherwise 0', () => {
    const files = { truth: fileOf(EMPTY), prediction: fileOf(EMPTY) };
    const map = (value: number) =>
      mapFile(
        EMPTY,
        EMPTY.voxels.map((_, i) => (i === 3 ? value : 0)),
      );
    expect(metricsOf(score({ ...files, probabilityMap: map(0.499) })).pr_auc).toBe(1);
    expect(metricsOf(score({ ...files, probabilityMap: map(0.5) })).pr_auc).toBe(0);
  });

  test('without a lesion, the area of trapezoids is 1 if the map is constant, otherwise 0', () => {
    const files = { truth: fileOf(EMPTY), prediction: fileOf(EMPTY) };
    const area = (values: number[]) =>
      metricsOf(score({ ...files, probabilityMap: mapFile(EMPTY, values) })).pr_auc_trapezoid;
    expect(area(EMPTY.voxels.map(() => 0.7))).toBe(1);
    expect(area(EMPTY.voxels.map((_, i) => (i === 3 ? 1e-6 : 0)))).toBe(0);
    expect(metricsOf(score({ ...files, probabilityMap: null })).pr_auc_trapezoid).toBe(0);
    expect(metricsOf(score(files)).pr_auc_trapezoid).toBeNull();
  });

  test('trapezoids credit a hard map for thresholds that it does not have', () => {
    // 1 of 4 lesion voxels found, 1 false among 24: points (0, 1), (¼, ½), (1, ⅙).
    const truth = picture('####.. ...... ...... ......');
    const prediction = picture('#..... ...... ...... .....#');
    const scored = scoreMasks(truth, prediction, { probabilityMap: mapFile(truth, prediction.voxels) });
    expect(scored.pr_auc_trapezoid).toBeCloseTo((0.25 * 1.5) / 2 + (0.75 * (1 / 2 + 1 / 6)) / 2, 12);
    expect(scored.pr_auc).toBeCloseTo(0.25 / 2 + 0.75 / 6, 12);
  });

  test('a map that is off the grid, outside [0, 1] or not finite is rejected', () => {
    const refused = (values: number[]) => rejectionOf(score({ probabilityMap: mapFile(TRUTH, values) }));
    expect(refused(certain.map((p) => 2 * p))).toMatchObject({ code: 'UNREADABLE', message: /1\.8/ });
    expect(refused(certain.map(() => Number.NaN)).code).toBe('NOT_FINITE');
    const moved = mapFile(TRUTH, certain, affineOf([2, 2, 2]));
    expect(rejectionOf(score({ probabilityMap: moved })).code).toBe('AFFINE');
    expect(
      rejectionOf(score({ probabilityMap: fileOf({ shape: [2, 2, 2], voxels: Array(8).fill(0) }) })).code,
    ).toBe('SHAPE');
    expect(rejectionOf(score({ probabilityMap: Buffer.from('no image') })).code).toBe('UNREADABLE');
  });

  test('a rejection says that the map, not the mask, is invalid', () => {
    for (const probabilityMap of [Buffer.from('no image'), mapFile(TRUTH, certain, affineOf([2, 2, 2]))]) {
      expect(rejectionOf(score({ probabilityMap })).message).toMatch(/^The probability map can’t be used\. /);
    }
    expect(rejectionOf(score({ prediction: Buffer.from('no image') })).message).not.toMatch(/map/);
  });
});

describe('platform errors and rejections', () => {
  test('an unusable truth is a platform error, never a rejection', () => {
    for (const truth of [Buffer.from('no image'), fileOf(TRUTH).subarray(0, 360), new Uint8Array(0)]) {
      expect(() => score({ truth })).toThrow(/true mask can't be used/);
    }
    const half = mapFile(
      TRUTH,
      TRUTH.voxels.map((voxel) => voxel / 2),
    );
    expect(() => score({ truth: half })).toThrow(/true mask can't be used.*0\.5/);
    const flat = affineOf([1, 1, 1]).map((value, i) => (i === 10 ? 0 : value));
    expect(() => score({ truth: fileOf(TRUTH, flat) })).toThrow(/not invertible/);
  });

  test('an unreadable prediction is a rejection', () => {
    expect(rejectionOf(score({ prediction: Buffer.from('no image') })).code).toBe('UNREADABLE');
  });

  test('an image larger than the reader’s limits is rejected at its header', () => {
    const files = { truth: fileOf(TRUTH), prediction: fileOf(TRUTH) };
    expect(() => scoreCase({ ...files, connectivity: 6 }, { maxVoxelBytes: 100 })).toThrow(
      /the limit is 100 bytes/,
    );
  });
});

test('only the requested metrics are computed; the others are null', () => {
  const metrics = metricsOf(score({ metrics: ['dice', 'hd'] }));
  expect(Object.keys(metrics)).toEqual([...METRIC_NAMES]);
  expect(METRIC_NAMES.filter((name) => metrics[name] !== null)).toEqual(['dice', 'hd']);
});

test('connectivity decides which voxels form a lesion', () => {
  // Two voxels that share an edge, and one that shares a corner with the second.
  const truth = picture('#... .#.. ....', '.... .... ..#.');
  const count = (connectivity: 6 | 18 | 26) =>
    scoreMasks(truth, EMPTY, { connectivity }).lesion_count_difference;
  expect([count(6), count(18), count(26)]).toEqual([3, 2, 1]);
});

describe('facts of a truth, and the worst values of a test set', () => {
  test('facts', () => {
    const facts = truthFacts(fileOf(TRUTH, affineOf([2, 1, 3])));
    expect(facts).toEqual({
      shape: [4, 3, 2],
      spacing: [2, 1, 3],
      voxels: 5,
      gridVoxels: 24,
      volumeMl: 0.03,
      lesions: { 6: 3, 18: 2, 26: 2 },
      // 8, 3 and 6 mm along the axes: √(64 + 9 + 36).
      diagonalMm: Math.sqrt(109),
      hasMillimetres: true,
    });
  });

  test('worst values are the maximum over the set, and 0 for shares', () => {
    const small = truthFacts(fileOf(picture('#.#.#. ......'), affineOf([1, 1, 1])));
    const large = truthFacts(fileOf(TRUTH, affineOf([2, 1, 3])));
    expect(declaredWorst([small, large])).toEqual({
      dice: 0,
      volume_difference: 0.03,
      volume_difference_voxels: 5,
      lesion_count_difference: 3,
      lesion_f1: 0,
      lesion_f1_iou25: 0,
      lesion_f1_greedy25: 0,
      precision: 0,
      sensitivity: 0,
      specificity: 0,
      hd95: Math.sqrt(109),
      hd: Math.sqrt(109),
      assd: Math.sqrt(109),
      nsd_1mm: 0,
      nsd_2mm: 0,
      pr_auc: 0,
      pr_auc_trapezoid: 0,
    });
    expect(declaredWorst([large], 26).lesion_count_difference).toBe(2);
  });

  test('every outcome contains the extent of the truth, scored or rejected', () => {
    const extent = {
      voxels: 5,
      gridVoxels: 24,
      volumeMl: 0.005,
      lesions: 3,
      diagonalMm: Math.sqrt(29),
      hasMillimetres: true,
    };
    expect(score({}).truth).toEqual(extent);
    expect(score({ prediction: Buffer.from('no image') }).truth).toEqual(extent);
  });
});
