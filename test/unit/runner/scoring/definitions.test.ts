import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '#lib/domain/metrics/metrics.ts';
import { surfaceAreas } from '#runner/scoring/geometry/surface-area.ts';
import { defineAll } from '#test/support/scoring/definitions.ts';
import {
  affineOf,
  anyConnectivity,
  anySpacing,
  mapFile,
  maskPair,
  scoreMasks,
} from '#test/support/scoring/masks.ts';

describe('the scorer agrees with the definitions', () => {
  test('every metric, on random masks, spacings and connectivities', () => {
    fc.assert(
      fc.property(maskPair(), anySpacing, anyConnectivity, ({ truth, prediction }, spacing, connectivity) => {
        const areas = surfaceAreas(spacing);
        const expected = defineAll(truth, prediction, { spacing, connectivity, areas });
        const scored = scoreMasks(truth, prediction, { spacing, connectivity });
        for (const name of METRIC_NAMES) {
          if (expected[name] === null) expect(scored[name], name).toBeNull();
          else expect(scored[name], name).toBeCloseTo(expected[name], 10);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('distant surfaces, which are searched by blocks', () => {
    const long = fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 12 });
    const sparse = fc.tuple(long, long).map(([a, b]) =>
      [a, b].map((set) => ({
        shape: [60, 2, 2] as const,
        voxels: Array.from({ length: 240 }, (_, i) => Number(set.includes(i % 60) && i % 7 < 4)),
      })),
    );
    fc.assert(
      fc.property(sparse, anySpacing, ([truth, prediction], spacing) => {
        const areas = surfaceAreas(spacing);
        const expected = defineAll(truth!, prediction!, { spacing, connectivity: 6, areas });
        const scored = scoreMasks(truth!, prediction!, { spacing });
        for (const name of ['hd95', 'hd', 'assd'] as const) {
          if (expected[name] === null) expect(scored[name]).toBeNull();
          else expect(scored[name], name).toBeCloseTo(expected[name], 10);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('both areas under the precision–recall curve, with ties and zeros', () => {
    const withMap = maskPair(4).chain((pair) => {
      const length = pair.truth.voxels.length;
      const p = fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
      return fc.tuple(fc.constant(pair), fc.array(p, { minLength: length, maxLength: length }));
    });
    fc.assert(
      fc.property(withMap, ([{ truth, prediction }, map]) => {
        const options = {
          spacing: [1, 1, 1] as const,
          connectivity: 6 as const,
          areas: surfaceAreas([1, 1, 1]),
          map,
        };
        const expected = defineAll(truth, prediction, options);
        const probabilityMap = mapFile(truth, map, affineOf([1, 1, 1]));
        const scored = scoreMasks(truth, prediction, { probabilityMap });
        for (const name of ['pr_auc', 'pr_auc_trapezoid'] as const)
          expect(scored[name], name).toBeCloseTo(expected[name]!, 10);
      }),
      { numRuns: 300 },
    );
  });
});
