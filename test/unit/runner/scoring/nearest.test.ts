import { describe, expect, test } from 'vitest';
import type { Triple } from '#runner/imaging/volume.ts';
import { squaredDistances } from '#runner/scoring/geometry/nearest.ts';
import type { Surface } from '#runner/scoring/geometry/surface.ts';
import { sweep } from '#runner/scoring/geometry/sweep.ts';
import { seeded } from '#test/bench/lesion-masks.ts';

/** Elements at random positions, ordered by z, y, x like those of a mask. */
function points(count: number, box: Triple, offset: Triple, seed: number): Surface {
  const random = seeded(seed);
  const elements = Array.from({ length: count }, () =>
    [0, 1, 2].map((axis) => offset[axis]! + Math.floor(random() * box[axis]!)),
  );
  elements.sort((a, b) => a[2]! - b[2]! || a[1]! - b[1]! || a[0]! - b[0]!);
  const along = (axis: number) => Int32Array.from(elements, (element) => element[axis]!);
  return { length: count, x: along(0), y: along(1), z: along(2), code: new Uint8Array(count) };
}

function byAllPairs(from: Surface, to: Surface, spacing: Triple): number[] {
  return Array.from({ length: from.length }, (_, i) => {
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j < to.length; j++) {
      const dx = (from.x[i]! - to.x[j]!) * spacing[0];
      const dy = (from.y[i]! - to.y[j]!) * spacing[1];
      const dz = (from.z[i]! - to.z[j]!) * spacing[2];
      best = Math.min(best, dx * dx + dy * dy + dz * dz);
    }
    return best;
  });
}

describe('the nearest element is found wherever it is', () => {
  const clouds: [string, Surface, Surface][] = [
    ['dense and mixed', points(800, [20, 20, 20], [0, 0, 0], 1), points(900, [20, 20, 20], [3, 0, 0], 2)],
    [
      'sparse and mixed',
      points(300, [150, 200, 150], [0, 0, 0], 3),
      points(200, [150, 200, 150], [0, 0, 0], 4),
    ],
    ['far apart', points(300, [30, 30, 30], [0, 0, 0], 5), points(300, [30, 30, 30], [150, 200, 100], 6)],
    ['one element', points(500, [60, 60, 60], [0, 0, 0], 7), points(1, [60, 60, 60], [0, 0, 0], 8)],
    [
      'many and distant',
      points(4000, [25, 25, 25], [40, 0, 0], 11),
      points(150, [20, 30, 12], [0, 9, 30], 12),
    ],
    ['a plane', points(400, [1, 200, 150], [90, 0, 0], 9), points(400, [190, 1, 150], [0, 80, 0], 10)],
  ];
  const spacings: Triple[] = [
    [1, 1, 1],
    [0.4, 0.4, 6],
    [5, 0.9, 1.1],
    [0.01, 1, 1],
  ];
  for (const [name, from, to] of clouds) {
    for (const spacing of spacings) {
      const expected = byAllPairs(from, to, spacing);
      const everyFifth = Int32Array.from({ length: Math.floor(from.length / 5) }, (_, i) => 5 * i + 2);
      const ways: [string, Iterable<number>, () => Float64Array][] = [
        ['searched', expected.keys(), () => squaredDistances(from, to, spacing)],
        ['swept', everyFifth, () => swept(from, everyFifth, to, spacing)],
      ];
      test.each(ways)(`${name}, spacing ${spacing.join(' × ')} mm: %s`, (_, elements, find) => {
        const found = find();
        for (const i of elements) {
          if (!(Math.abs(found[i]! - expected[i]!) <= 1e-9 * expected[i]!))
            expect(found[i], `element ${i}`).toBe(expected[i]);
        }
      });
    }
  }
});

function swept(from: Surface, listed: Int32Array, to: Surface, spacing: Triple): Float64Array {
  const squared = new Float64Array(from.length).fill(-1);
  sweep(from, listed, to, spacing, squared);
  return squared;
}
