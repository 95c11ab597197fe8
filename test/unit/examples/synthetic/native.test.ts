import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { truthPaths } from '#cli/dataset/case.ts';
import { orientationOf } from '#cli/dataset/check/orientation.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { type Box, BRAIN_BOX_MM, ORIGIN_MM } from '#examples/synthetic/anatomy/grid.ts';
import {
  defaultTemplatePath,
  type LoadedTemplate,
  loadTemplate,
} from '#examples/synthetic/anatomy/template-file.ts';
import { paintCase } from '#examples/synthetic/case.ts';
import { MAX_TILT_DEGREES, nativeGrid, VOXEL_MM } from '#examples/synthetic/native/native-grid.ts';
import { planCase } from '#examples/synthetic/plan.ts';
import { synthesizeDataset } from '#examples/synthetic/synthesize.ts';
import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { applyAffine, determinant, invertAffine } from '#runner/imaging/affine.ts';
import { canonicalHeader } from '#runner/imaging/canonical.ts';
import { readImage } from '#runner/imaging/read.ts';
import { spacingOf } from '#runner/imaging/volume.ts';

const SEED = 'native seed';
const BRAIN = {
  low: BRAIN_BOX_MM.low.map((mm, axis) => mm - ORIGIN_MM[axis]!),
  high: BRAIN_BOX_MM.high.map((mm, axis) => mm - ORIGIN_MM[axis]!),
} as Box;

describe('grids in native space', () => {
  const grids = Array.from({ length: 300 }, (_, index) => {
    const site = planCase(SEED, index).site.name;
    return { site, index, ...nativeGrid(SEED, index, site, BRAIN) };
  });

  it('have voxels of 0.8 to 2.8 mm and axes at right angles, and hold the whole brain', () => {
    for (const grid of grids) {
      for (const mm of spacingOf(grid.affine)) {
        expect(mm).toBeGreaterThanOrEqual(VOXEL_MM.min - 1e-9);
        expect(mm).toBeLessThanOrEqual(VOXEL_MM.max + 1e-9);
      }
      const [x, y, z] = spacingOf(grid.affine);
      expect(Math.abs(determinant(grid.affine))).toBeCloseTo(x * y * z, 9);
      const inverse = invertAffine(grid.affine)!;
      for (let corner = 0; corner < 8; corner++) {
        const mm = [0, 1, 2].map((axis) => BRAIN_BOX_MM[(corner >> axis) & 1 ? 'high' : 'low'][axis]!);
        const index = applyAffine(inverse, mm[0]!, mm[1]!, mm[2]!);
        index.forEach((place, axis) => {
          expect(place).toBeGreaterThan(0);
          expect(place).toBeLessThan(grid.shape[axis]! - 1);
        });
      }
    }
  });

  it('are those of a site: one voxel size and orientation each, several among sites, oblique and straight', () => {
    const bySite = new Map<string, Set<string>>();
    for (const grid of grids) {
      const { orientation, obliqueDegrees } = orientationOf(grid);
      expect(obliqueDegrees).toBeLessThan(2 * MAX_TILT_DEGREES);
      const protocol = `${orientation} ${spacingOf(grid.affine).map((mm) => mm.toFixed(2))}`;
      bySite.set(grid.site, (bySite.get(grid.site) ?? new Set()).add(protocol));
    }
    for (const protocols of bySite.values()) expect(protocols.size).toBe(1);
    const all = [...bySite.values()].map(([...protocols]) => protocols[0]!);
    expect(new Set(all).size).toBeGreaterThanOrEqual(7);
    expect(new Set(all.map((protocol) => protocol.slice(0, 3))).size).toBeGreaterThanOrEqual(4);
    const oblique = grids.map((grid) => orientationOf(grid).obliqueDegrees);
    expect(oblique.filter((degrees) => degrees > 1).length).toBeGreaterThan(grids.length / 3);
    // No two scans are on one grid.
    expect(new Set(grids.map(({ affine }) => affine.join())).size).toBeGreaterThan(grids.length * 0.99);
  });
});

describe('synthetic cases in native space', () => {
  let folder: string;
  let template: LoadedTemplate;
  const make = (out: string, threads: number, native = true, resume = false) =>
    synthesizeDataset({
      out,
      seed: SEED,
      prefix: '',
      preview: false,
      variant: native ? 'native' : 'lesions',
      caseCount: 2,
      threads,
      resume,
      template,
    });
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-native-'));
    template = await loadTemplate(defaultTemplatePath()!);
    await make(path.join(folder, 'set'), 2);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are ATLAS 3.0 raw by their names, with the truth on the grid of its scan and the lesion where it was painted', async () => {
    const { layout, cases } = await readDataset(path.join(folder, 'set'));
    expect([layout, cases.length]).toEqual(['atlas-3-raw', 2]);
    for (const [index, { inputs, truths }] of cases.entries()) {
      const scan = readImage(await readFile(inputs[T1]!.path));
      const [truthPath] = truthPaths(truths[LESIONS]!);
      const { volume: truth } = readImage(await readFile(truthPath!));
      expect(canonicalHeader(scan).changes).toEqual([]);
      expect([truth.shape, truth.affine]).toEqual([scan.volume.shape, scan.volume.affine]);
      const painted = paintCase(template.template, SEED, index);
      const mm3 = painted.mask.reduce((sum, value) => sum + value, 0);
      const voxels = (truth.data as Uint8Array).reduce((sum, value) => sum + value, 0);
      const ml = (voxels * Math.abs(determinant(truth.affine))) / 1000;
      // Painted on voxels of 1 mm³; the edge is within half a voxel.
      expect(ml).toBeGreaterThan(0.0008 * mm3);
      expect(ml).toBeLessThan(0.0012 * mm3);
      const facts = JSON.parse(await readFile(truthPath!.replace('_mask.nii.gz', '_truth.json'), 'utf8'));
      expect(facts.volumeMl).toBeCloseTo(ml, 4);
      expect(distance(centerOf(truth.data, truth), centerOf(painted.mask, PAINTED))).toBeLessThan(1);
      // The brain is there, and nothing of it was cut off.
      const brainMl =
        (scan.volume.data as Int16Array).filter(Boolean).length * Math.abs(determinant(truth.affine));
      const share = brainMl / painted.raw.filter(Boolean).length;
      // Voxels at the surface count if any of the brain is in them.
      expect(share).toBeGreaterThan(0.98);
      expect(share).toBeLessThan(1.25);
      expect(distance(centerOf(scan.volume.data, scan.volume), centerOf(painted.raw, PAINTED))).toBeLessThan(
        1,
      );
    }
  });

  it('are the same for any number of threads, and don’t mix with the ATLAS grid', async () => {
    await make(path.join(folder, 'single'), 1);
    const name = 'sub-0002/ses-1/anat/sub-0002_ses-1_space-orig_desc-brain_T1w.nii.gz';
    expect(await readFile(path.join(folder, 'single', name))).toEqual(
      await readFile(path.join(folder, 'set', name)),
    );
    await expect(make(path.join(folder, 'set'), 1, false, true)).rejects.toThrow(
      /another seed, template, space/,
    );
    expect(await make(path.join(folder, 'set'), 1, true, true)).toEqual({ made: 0, kept: 2 });
  });
});

const PAINTED = {
  shape: [197, 233, 189],
  affine: [1, 0, 0, -98, 0, 1, 0, -134, 0, 0, 1, -72, 0, 0, 0, 1],
} as const;

/** The center of what isn't 0, in mm. */
function centerOf(
  data: ArrayLike<number | bigint>,
  { shape, affine }: { shape: readonly number[]; affine: readonly number[] },
): [number, number, number] {
  const sums = [0, 0, 0] as [number, number, number];
  let count = 0;
  for (let at = 0; at < data.length; at++) {
    if (!data[at]) continue;
    count++;
    sums[0] += at % shape[0]!;
    sums[1] += Math.floor(at / shape[0]!) % shape[1]!;
    sums[2] += Math.floor(at / (shape[0]! * shape[1]!));
  }
  return applyAffine(affine, sums[0] / count, sums[1] / count, sums[2] / count);
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}
