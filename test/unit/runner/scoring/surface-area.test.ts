import { expect, test } from 'vitest';
import { surfaceAreas } from '#runner/scoring/geometry/surface-area.ts';

/** One code of each class: areas at spacings 1, 1, 1 and ½, 2, 3 mm, computed from Bourke's 256 rows. */
const REFERENCE: readonly [number, number, number][] = [
  [1, 0.2165063509, 0.7831227554],
  [3, Math.SQRT1_2, 0.9013878189],
  [9, 0.4330127019, 1.5662455108],
  [11, 1.1495190528, 2.8493682662],
  [15, 1.0, 1.0],
  [24, 0.4330127019, 1.5662455108],
  [25, 0.9236131321, 3.8754519746],
  [27, 1.573132185, 6.1993462637],
  [22, 0.6495190528, 2.3493682662],
  [23, 1.2990381057, 4.6987365323],
  [30, 1.3660254038, 3.6324910215],
  [60, Math.SQRT2, 1.8027756377],
  [150, 0.8660254038, 3.1324910215],
];

test('areas equal those of classic marching cubes', () => {
  const [even, uneven] = [surfaceAreas([1, 1, 1]), surfaceAreas([0.5, 2, 3])];
  for (const [code, first, second] of REFERENCE) {
    expect(even[code], `code ${code}`).toBeCloseTo(first, 9);
    expect(uneven[code], `code ${code}`).toBeCloseTo(second, 9);
  }
});

test('a single corner has area √3/8, a whole face 1', () => {
  const areas = surfaceAreas([1, 1, 1]);
  for (const corner of [1, 2, 4, 8, 16, 32, 64, 128]) expect(areas[corner]).toBeCloseTo(Math.sqrt(3) / 8, 12);
  for (const face of [0b00001111, 0b11110000, 0b01010101, 0b10101010, 0b00110011, 0b11001100]) {
    expect(areas[face]).toBeCloseTo(1, 12);
  }
});

test('a whole face across an axis has the product of the other two spacings as area', () => {
  const areas = surfaceAreas([0.5, 2, 3]);
  expect(areas[0b01010101]).toBeCloseTo(2 * 3, 12);
  expect(areas[0b00110011]).toBeCloseTo(0.5 * 3, 12);
  expect(areas[0b00001111]).toBeCloseTo(0.5 * 2, 12);
});

test('a code and its complement have the same area; all or no corners have none', () => {
  for (const spacing of [
    [1, 1, 1],
    [0.7, 1.3, 2.9],
  ] as const) {
    const areas = surfaceAreas(spacing);
    for (let code = 0; code < 256; code++) {
      expect(areas[code]).toBeCloseTo(areas[255 - code]!, 12);
      if (code > 0 && code < 255) expect(areas[code]).toBeGreaterThan(0);
    }
    expect(areas[0]).toBe(0);
  }
});

test('mirroring a code along x keeps its area', () => {
  const areas = surfaceAreas([0.7, 1.3, 2.9]);
  for (let code = 0; code < 256; code++) {
    const mirrored = ((code & 0b01010101) << 1) | ((code & 0b10101010) >> 1);
    expect(areas[mirrored]).toBeCloseTo(areas[code]!, 12);
  }
});
