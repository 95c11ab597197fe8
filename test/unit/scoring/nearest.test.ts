import { describe, expect, test } from 'vitest';
import type { Triple } from '#runner/imaging/volume.ts';
import { squaredDistances } from '#runner/scoring/nearest.ts';
import type { Surface } from '#runner/scoring/surface.ts';
import { seeded } from '#test/bench/lesion-masks.ts';

function points(count: number, box: Triple, offset: Triple, seed: number): Surface {
  const random = seeded(seed);
  const drawn = [0, 1, 2].map((axis) =>
    Int32Array.from({ length: count }, () => offset[axis]! + Math.floor(random() * box[axis]!)),
  );
  return { length: count, x: drawn[0]!, y: drawn[1]!, z: drawn[2]!, code: new Uint8Array(count) };
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

describe('the nearest element is found wherever it lies', () => {
  const clouds: [string, Surface, Surface][] = [
    ['dense and mixed', points(800, [20, 20, 20], [0, 0, 0], 1), points(900, [20, 20, 20], [3, 0, 0], 2)],
    [
      'sparse and mixed',
      points(300, [150, 200, 150], [0, 0, 0], 3),
      points(200, [150, 200, 150], [0, 0, 0], 4),
    ],
    ['far apart', points(300, [30, 30, 30], [0, 0, 0], 5), points(300, [30, 30, 30], [150, 200, 100], 6)],
    ['one element', points(500, [60, 60, 60], [0, 0, 0], 7), points(1, [60, 60, 60], [0, 0, 0], 8)],
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
      test(`${name}, spacing ${spacing.join(' × ')} mm`, () => {
        const found = squaredDistances(from, to, spacing);
        const expected = byAllPairs(from, to, spacing);
        for (let i = 0; i < expected.length; i++) {
          if (Math.abs(found[i]! - expected[i]!) > 1e-9 * expected[i]!)
            expect(found[i], `element ${i}`).toBe(expected[i]);
        }
      });
    }
  }
});
