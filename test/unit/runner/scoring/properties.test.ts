import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, METRICS } from '#lib/domain/metrics/metrics.ts';
import type { Triple } from '#runner/imaging/volume.ts';
import type { CaseMetrics } from '#runner/scoring/score-case.ts';
import { isSet, type Mask } from '#test/support/scoring/definitions.ts';
import { anyConnectivity, anySpacing, maskPair, ONE_MM, scoreMasks } from '#test/support/scoring/masks.ts';

/** Builds a mask by mapping each voxel of the new grid to one of the old. */
function rebuilt(mask: Mask, shape: Triple, from: (x: number, y: number, z: number) => Triple): Mask {
  const voxels: number[] = [];
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[0]; x++) voxels.push(Number(isSet(mask, ...from(x, y, z))));
    }
  }
  return { shape, voxels };
}

function expectSame(a: CaseMetrics, b: CaseMetrics, but: readonly string[] = []): void {
  for (const name of METRIC_NAMES) {
    if (but.includes(name)) continue;
    if (a[name] === null) expect(b[name], name).toBeNull();
    else expect(b[name], name).toBeCloseTo(a[name], 10);
  }
}

/** Its ties follow the order of the voxels in the file. */
const FOLLOWS_ORDER = ['lesion_f1_greedy25'];

const with100 = { numRuns: 100 };

describe('invariances of the metrics', () => {
  test('swapping truth and prediction does not change symmetric metrics', () => {
    const symmetric = METRIC_NAMES.filter(
      (name) =>
        !['precision', 'sensitivity', 'specificity', 'lesion_f1', 'pr_auc', ...FOLLOWS_ORDER].includes(name),
    );
    fc.assert(
      fc.property(maskPair(), anySpacing, anyConnectivity, ({ truth, prediction }, spacing, connectivity) => {
        const one = scoreMasks(truth, prediction, { spacing, connectivity });
        const other = scoreMasks(prediction, truth, { spacing, connectivity });
        expectSame(
          one,
          other,
          METRIC_NAMES.filter((name) => !symmetric.includes(name)),
        );
      }),
      with100,
    );
  });

  test('swapping truth and prediction swaps precision and sensitivity', () => {
    fc.assert(
      fc.property(maskPair(), ({ truth, prediction }) => {
        fc.pre(truth.voxels.includes(1) && prediction.voxels.includes(1));
        expect(scoreMasks(truth, prediction).precision).toBe(scoreMasks(prediction, truth).sensitivity);
      }),
      with100,
    );
  });

  test('mirroring both masks changes no metric', () => {
    const sides = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(
        maskPair(),
        anySpacing,
        anyConnectivity,
        sides,
        ({ truth, prediction }, spacing, connectivity, flip) => {
          const mirror = (mask: Mask) =>
            rebuilt(
              mask,
              mask.shape,
              (...at) =>
                at.map((value, axis) =>
                  flip[axis] ? mask.shape[axis]! - 1 - value : value,
                ) as unknown as Triple,
            );
          const options = { spacing, connectivity };
          expectSame(
            scoreMasks(truth, prediction, options),
            scoreMasks(mirror(truth), mirror(prediction), options),
            FOLLOWS_ORDER,
          );
        },
      ),
      with100,
    );
  });

  test('permuting axes, with their spacing, changes no metric', () => {
    fc.assert(
      fc.property(maskPair(), anySpacing, anyConnectivity, ({ truth, prediction }, spacing, connectivity) => {
        const turn = (mask: Mask) =>
          rebuilt(mask, [mask.shape[2], mask.shape[0], mask.shape[1]], (x, y, z) => [y, z, x]);
        const turned = scoreMasks(turn(truth), turn(prediction), {
          spacing: [spacing[2], spacing[0], spacing[1]],
          connectivity,
        });
        expectSame(scoreMasks(truth, prediction, { spacing, connectivity }), turned, FOLLOWS_ORDER);
      }),
      with100,
    );
  });

  test('adding background changes only specificity, which counts it', () => {
    fc.assert(
      fc.property(maskPair(5), fc.integer({ min: 1, max: 40 }), ({ truth, prediction }, margin) => {
        const pad = (mask: Mask) => {
          const shape = mask.shape.map((size) => size + 2) as unknown as Triple;
          return rebuilt(mask, [shape[0] + margin, shape[1], shape[2]], (x, y, z) => [
            x - margin,
            y - 1,
            z - 1,
          ]);
        };
        expectSame(scoreMasks(truth, prediction), scoreMasks(pad(truth), pad(prediction)), ['specificity']);
      }),
      with100,
    );
  });
});

describe('monotonicity of the metrics', () => {
  test('doubling the spacing doubles distances and multiplies volumes by eight', () => {
    fc.assert(
      fc.property(maskPair(), anySpacing, ({ truth, prediction }, spacing) => {
        const small = scoreMasks(truth, prediction, { spacing });
        const large = scoreMasks(truth, prediction, {
          spacing: spacing.map((s) => 2 * s) as unknown as Triple,
        });
        expect(large.volume_difference).toBeCloseTo(8 * small.volume_difference!, 10);
        for (const name of ['hd', 'hd95', 'assd'] as const) {
          if (small[name] === null) expect(large[name]).toBeNull();
          else expect(large[name]).toBeCloseTo(2 * small[name], 10);
        }
        expect(large.nsd_2mm).toBeCloseTo(small.nsd_1mm!, 10);
        expect(large.dice).toBe(small.dice);
      }),
      with100,
    );
  });

  test('detecting one more lesion voxel never lowers Dice or sensitivity', () => {
    fc.assert(
      fc.property(maskPair(), fc.nat(), ({ truth, prediction }, pick) => {
        const missed = truth.voxels.flatMap((t, i) => (t === 1 && prediction.voxels[i] === 0 ? [i] : []));
        fc.pre(missed.length > 0);
        const found = missed[pick % missed.length]!;
        const better = { ...prediction, voxels: prediction.voxels.map((p, i) => (i === found ? 1 : p)) };
        const [before, after] = [scoreMasks(truth, prediction), scoreMasks(truth, better)];
        expect(after.dice).toBeGreaterThan(before.dice!);
        expect(after.sensitivity).toBeGreaterThan(before.sensitivity!);
      }),
      with100,
    );
  });

  test('removing a false-positive voxel never lowers Dice, precision or specificity', () => {
    fc.assert(
      fc.property(maskPair(), fc.nat(), ({ truth, prediction }, pick) => {
        const wrong = prediction.voxels.flatMap((p, i) => (p === 1 && truth.voxels[i] === 0 ? [i] : []));
        fc.pre(wrong.length > 0);
        const gone = wrong[pick % wrong.length]!;
        const better = { ...prediction, voxels: prediction.voxels.map((p, i) => (i === gone ? 0 : p)) };
        const [before, after] = [scoreMasks(truth, prediction), scoreMasks(truth, better)];
        expect(after.dice).toBeGreaterThanOrEqual(before.dice!);
        expect(after.specificity).toBeGreaterThan(before.specificity!);
        if (better.voxels.includes(1)) expect(after.precision).toBeGreaterThanOrEqual(before.precision!);
      }),
      with100,
    );
  });

  test('distances and surface shares are ordered, and every value is in its range', () => {
    fc.assert(
      fc.property(maskPair(), anySpacing, anyConnectivity, ({ truth, prediction }, spacing, connectivity) => {
        const scored = scoreMasks(truth, prediction, { spacing, connectivity });
        expect(scored.nsd_2mm).toBeGreaterThanOrEqual(scored.nsd_1mm!);
        if (scored.hd !== null) {
          expect(scored.hd).toBeGreaterThanOrEqual(scored.hd95!);
          expect(scored.hd + 1e-12).toBeGreaterThanOrEqual(scored.assd!);
        }
        for (const name of METRIC_NAMES) {
          const value = scored[name];
          if (value === null) continue;
          const [low, high] = METRICS[name].range;
          expect(value, name).toBeGreaterThanOrEqual(low);
          if (high !== null) expect(value, name).toBeLessThanOrEqual(high + 1e-12);
        }
      }),
      with100,
    );
  });

  test('the truth itself is optimal on every metric', () => {
    fc.assert(
      fc.property(maskPair(), anySpacing, ({ truth }, spacing) => {
        const scored = scoreMasks(truth, truth, { spacing });
        for (const name of METRIC_NAMES) {
          if (scored[name] !== null)
            expect(scored[name], name).toBe(METRICS[name].better === 'higher' ? 1 : 0);
        }
      }),
      with100,
    );
  });

  test('the number of components decreases from connectivity 6 to 18 to 26', () => {
    fc.assert(
      fc.property(maskPair(), ({ truth }) => {
        const empty = { shape: truth.shape, voxels: truth.voxels.map(() => 0) };
        const count = (connectivity: 6 | 18 | 26) =>
          scoreMasks(truth, empty, { spacing: ONE_MM, connectivity }).lesion_count_difference!;
        expect(count(6)).toBeGreaterThanOrEqual(count(18));
        expect(count(18)).toBeGreaterThanOrEqual(count(26));
      }),
      with100,
    );
  });
});
