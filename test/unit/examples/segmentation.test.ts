import { beforeEach, describe, expect, it, vi } from 'vitest';
import { segmentByAsymmetry } from '#examples/algorithms/asymmetry-segmentation.ts';
import { segmentHypointense } from '#examples/algorithms/hypointense-segmentation.ts';
import { prepareBrain } from '#examples/algorithms/volumes/brain.ts';
import { findMidplane } from '#examples/algorithms/volumes/midplane.ts';
import { dice, phantom } from '#test/support/imaging/phantom.ts';

const LESION = { center: [34, 5, 20] as const, radiusMm: 13 };

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('the brain', () => {
  it('has the same signal for any scanner gain', () => {
    const [weak, strong] = [150, 60_000].map((gain) => prepareBrain(phantom({ gain }).scan).tissue);
    expect(weak!.white).toBeCloseTo(1, 1);
    for (const tissue of ['csf', 'gray', 'white'] as const) {
      expect(strong![tissue]).toBeCloseTo(weak![tissue], 3);
    }
  });

  it('has no coil bias: white matter is equally bright on both sides', () => {
    const { scan } = phantom();
    const width = scan.shape[0];
    // 0.7 at the left end of the grid to 1.3 at the right one.
    scan.values = scan.values.map((value, voxel) => value * (0.7 + (0.6 * (voxel % width)) / width));
    const brain = prepareBrain(scan);
    const middle = brain.shape.map((size) => Math.floor(size / 2)) as [number, number, number];
    const at = (x: number, z: number) =>
      brain.values[((middle[2] + z) * brain.shape[1] + middle[1]) * brain.shape[0] + middle[0] + x]!;
    // 0.6 · 2·18 voxels / 90 = 24 % apart before.
    expect(Math.abs(at(18, 10) - at(-18, 10))).toBeLessThan(0.08);
  });

  it('includes a cavity as dark as CSF', () => {
    const { mask, volumeMl } = prepareBrain(phantom({ lesions: [LESION] }).scan);
    const whole = prepareBrain(phantom().scan);
    expect(mask.length).toBe(whole.mask.length);
    expect(Math.abs(volumeMl - whole.volumeMl)).toBeLessThan(5);
  });

  it('is reported as missing in an empty scan', () => {
    const { scan } = phantom();
    scan.values.fill(0);
    expect(() => prepareBrain(scan)).toThrow('The scan is empty');
  });
});

describe('the mid-sagittal plane', () => {
  it.each([0, 12, -9])('is found in a head turned by %i°, despite a lesion', (turnDegrees) => {
    const { normal } = findMidplane(prepareBrain(phantom({ turnDegrees, lesions: [LESION] }).scan));
    const found = (Math.atan2(normal[1], normal[0]) * 180) / Math.PI;
    expect(Math.abs(found - turnDegrees)).toBeLessThan(1.5);
    expect(Math.abs(normal[2])).toBeLessThan(0.03);
  });
});

describe('asymmetry', () => {
  it('finds a lesion on either side, in a turned head', () => {
    for (const side of [1, -1]) {
      const lesion = { ...LESION, center: [34 * side, 5, 20] as const };
      const { scan, truth } = phantom({ turnDegrees: 8, lesions: [lesion] });
      expect(dice(segmentByAsymmetry(scan), truth)).toBeGreaterThan(0.75);
    }
  });

  it('finds the same if the file stores left and right in reverse', () => {
    const { scan, truth } = phantom({ lesions: [LESION], flipped: true });
    expect(dice(segmentByAsymmetry(scan), truth)).toBeGreaterThan(0.75);
  });

  it('finds no lesion in a symmetric brain, not even its ventricles', () => {
    expect(segmentByAsymmetry(phantom({ turnDegrees: 5 }).scan)).not.toContain(1);
  });
});

describe('threshold', () => {
  it('finds a deep dark lesion and ignores the ventricles', () => {
    const { scan, truth } = phantom({ lesions: [LESION] });
    expect(dice(segmentHypointense(scan), truth)).toBeGreaterThan(0.75);
    expect(segmentHypointense(phantom().scan)).not.toContain(1);
  });

  it('reports the number of dark voxels before the cleanup', () => {
    const seen: number[] = [];
    for (const lesions of [[], [LESION]]) {
      segmentHypointense(phantom({ lesions }).scan, (darkVoxels) => seen.push(darkVoxels));
    }
    // A ball of 13 mm holds 4/3·π·13³ = 9,200 mm³, 1,150 voxels of 8 mm³; its edge is blurred away.
    expect(seen[1]! - seen[0]!).toBeGreaterThan(600);
    expect(seen[1]! - seen[0]!).toBeLessThan(1300);
  });
});
