import { expect, test } from 'vitest';
import {
  type Cell,
  gapsBetween,
  HEIGHT,
  PREDICTED_CELLS,
  surfaceOf,
  TRUE_CELLS,
  WIDTH,
} from '#components/evaluation/example.ts';
import { EXAMPLE_VALUES, WORKED } from '#components/evaluation/worked.ts';
import { METRIC_NAMES } from '#lib/domain/metrics/metrics.ts';
import type { Triple } from '#runner/imaging/volume.ts';
import { scoreMasks } from '#test/support/scoring/masks.ts';

/** The values in the evaluation page’s example match the scorer. */
function body(cells: readonly Cell[], slices: number) {
  const inside = new Set(cells.map(String));
  const slice = Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    Number(inside.has(`${at % WIDTH},${Math.floor(at / WIDTH)}`)),
  );
  const shape: Triple = [WIDTH, HEIGHT, slices];
  return { shape, voxels: Array.from({ length: slices }, () => slice).flat() };
}

test('voxel and lesion metrics match the scorer on the slice', () => {
  const scored = scoreMasks(body(TRUE_CELLS, 1), body(PREDICTED_CELLS, 1));
  const { hd95: _, hd: __, assd: ___, nsd_1mm: ____, nsd_2mm: _____, ...flat } = EXAMPLE_VALUES;
  for (const [name, value] of Object.entries(flat)) {
    expect(value, name).toBeCloseTo(scored[name as keyof typeof flat]!, 10);
  }
});

test('surface metrics match the scorer on a body that repeats the slice', () => {
  // Slices far apart, so that only distances within a slice count, and many, so that the ends don’t matter.
  const spacing: Triple = [1, 1, 10_000];
  const scored = scoreMasks(body(TRUE_CELLS, 60), body(PREDICTED_CELLS, 60), { spacing });
  for (const name of ['hd95', 'hd', 'assd', 'nsd_1mm', 'nsd_2mm'] as const) {
    expect(EXAMPLE_VALUES[name].toFixed(2), name).toBe(scored[name]!.toFixed(2));
  }
});

test('the longest line in the drawing is the Hausdorff distance', () => {
  const [truth, prediction] = [surfaceOf(TRUE_CELLS), surfaceOf(PREDICTED_CELLS)];
  const gaps = [...gapsBetween(truth, prediction), ...gapsBetween(prediction, truth)];
  expect(Math.max(...gaps.map(({ mm }) => mm))).toBeCloseTo(EXAMPLE_VALUES.hd, 2);
});

test('every metric has a caption with its arithmetic', () => {
  expect(Object.keys(WORKED).toSorted()).toEqual([...METRIC_NAMES].toSorted());
  // 142 voxels predicted, 186 true, 102 of both: 204 / 328.
  expect(WORKED.dice).toBe('The stronger gray is the overlap: 2·102 / (142 + 186) = 0.622.');
  expect(WORKED.lesion_f1).toContain('2 / (2 + (1 + 2) / 2) = 0.571');
  expect(WORKED.lesion_f1_iou25).toContain('2·1 / (2·1 + 2 + 3) = 0.286');
});
