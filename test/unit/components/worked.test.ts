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

/** What the evaluation page works out on its example is what the scorer gives. */
function body(cells: readonly Cell[], slices: number) {
  const inside = new Set(cells.map(String));
  const slice = Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    Number(inside.has(`${at % WIDTH},${Math.floor(at / WIDTH)}`)),
  );
  const shape: Triple = [WIDTH, HEIGHT, slices];
  return { shape, voxels: Array.from({ length: slices }, () => slice).flat() };
}

test('counts, shares and lesions are the scorer’s for the one slice', () => {
  const scored = scoreMasks(body(TRUE_CELLS, 1), body(PREDICTED_CELLS, 1));
  const { hd95: _, hd: __, assd: ___, nsd_1mm: ____, nsd_2mm: _____, ...flat } = EXAMPLE_VALUES;
  for (const [name, value] of Object.entries(flat)) {
    expect(value, name).toBeCloseTo(scored[name as keyof typeof flat]!, 10);
  }
});

test('distances and surfaces are the scorer’s for a body that goes on above and below', () => {
  // Slices so far apart that only distances within one count, and so many that the ends weigh nothing.
  const spacing: Triple = [1, 1, 10_000];
  const scored = scoreMasks(body(TRUE_CELLS, 60), body(PREDICTED_CELLS, 60), { spacing });
  for (const name of ['hd95', 'hd', 'assd', 'nsd_1mm', 'nsd_2mm'] as const) {
    expect(EXAMPLE_VALUES[name].toFixed(2), name).toBe(scored[name]!.toFixed(2));
  }
});

test('the longest line that is drawn is the Hausdorff distance', () => {
  const [truth, prediction] = [surfaceOf(TRUE_CELLS), surfaceOf(PREDICTED_CELLS)];
  const gaps = [...gapsBetween(truth, prediction), ...gapsBetween(prediction, truth)];
  expect(Math.max(...gaps.map(({ mm }) => mm))).toBeCloseTo(EXAMPLE_VALUES.hd, 2);
});

test('every metric is worked out, and what is counted stands in the words', () => {
  expect(Object.keys(WORKED).toSorted()).toEqual([...METRIC_NAMES].toSorted());
  // 142 voxels predicted, 186 true, 102 of both: 204 / 328.
  expect(WORKED.dice).toBe('The stronger grey is shared: 2·102 / (142 + 186) = 0.622.');
  expect(WORKED.lesion_f1).toContain('2 / (2 + (1 + 2) / 2) = 0.571');
  expect(WORKED.lesion_f1_iou25).toContain('2·1 / (2·1 + 2 + 3) = 0.286');
});
