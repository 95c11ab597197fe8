import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { statisticsOf } from '#cli/dataset/statistics/statistics.ts';
import {
  type VariantStatistics,
  variantStatisticsSchema,
  volumeBin,
} from '#lib/domain/datasets/statistics.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readPng } from '#runner/imaging/pictures/png.ts';
import { DEFAULT_READ_LIMITS } from '#runner/imaging/volume.ts';

/** 4 × 5 × 6 voxels of 2 × 1 × 1 mm; the first axis leads to the left of the body. */
const SHAPE = [4, 5, 6] as const;
const AFFINE = [-2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function image(voxels: readonly (readonly [number, number, number])[], affine = AFFINE): Uint8Array {
  const data = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
  for (const [x, y, z] of voxels) data[x + SHAPE[0] * (y + SHAPE[1] * z)] = 1;
  return encodeNifti({ shape: SHAPE, affine, data });
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-statistics-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
async function statistics(
  masks: readonly Uint8Array[],
  { hasTruth = true, participants = '' } = {},
): Promise<VariantStatistics> {
  const root = mkdtempSync(join(folder, `${count++}-`));
  masks.forEach((mask, index) => {
    const stem = join(root, `sub-${index + 1}`);
    writeFileSync(`${stem}_T1w.nii.gz`, image([[0, 0, 0]]));
    writeFileSync(`${stem}_label-L_desc-T1lesion_mask.nii.gz`, mask);
  });
  if (participants !== '') writeFileSync(join(root, 'participants.tsv'), participants);
  const options = { hasTruth, signal: new AbortController().signal, onProgress: () => undefined };
  const found = await statisticsOf(await readDataset(root), options);
  return variantStatisticsSchema.parse(found);
}

describe('statistics of a variant', () => {
  // 1 voxel is 0.002 ml. The second mask has two lesions, of 2 voxels and of 1.
  const one = image([[0, 4, 1]]);
  const two = image([
    [0, 4, 1],
    [0, 3, 1],
    [3, 0, 5],
  ]);
  const none = image([]);

  test('count lesions and their volumes', async () => {
    const { lesions, voxelSizes, cases } = await statistics([one, two, none]);
    expect(cases).toBe(3);
    expect(voxelSizes).toEqual([{ mm: [2, 1, 1], cases: 3 }]);
    expect(lesions).toMatchObject({ cases: 3, without: 1 });
    expect(lesions!.counts.slice(0, 4)).toEqual([1, 1, 1, 0]);
    // Of 0.002 and 0.006 ml: 0.002 + 0.25 · 0.004, …
    expect(lesions!.quartilesMl!.map((ml) => ml.toFixed(4))).toEqual(['0.0030', '0.0040', '0.0050']);
    expect(lesions!.volumes[volumeBin(0.002)]).toBe(1);
    expect(lesions!.volumes[volumeBin(0.006)]).toBe(1);
    expect(lesions!.volumes.reduce((sum, cases) => sum + cases)).toBe(2);
  });

  test('draw the overlap as a radiograph, with the left of the body at the left', async () => {
    const { overlap } = await statistics([one, two, none]);
    expect(overlap!.most).toBe(2);
    const pixels = (plane: 'axial' | 'coronal' | 'sagittal') => {
      const { png, width, height } = overlap!.planes[plane];
      const picture = readPng(Buffer.from(png, 'base64'), DEFAULT_READ_LIMITS);
      expect(picture.shape.slice(0, 2)).toEqual([width, height]);
      return (x: number, y: number) => Number(picture.data[x + width * y]);
    };
    // Two cases are black, one is half gray. Voxel x = 0 is furthest to the right, y = 4 in front, z = 5 on top.
    const axial = pixels('axial');
    expect([axial(3, 0), axial(3, 1), axial(0, 4), axial(1, 1)]).toEqual([0, 127, 127, 255]);
    const coronal = pixels('coronal');
    expect([coronal(3, 4), coronal(0, 0), coronal(0, 5)]).toEqual([0, 127, 255]);
    const sagittal = pixels('sagittal');
    expect([sagittal(4, 4), sagittal(3, 4), sagittal(0, 0)]).toEqual([0, 127, 127]);
  });

  test('have no overlap where the masks are on several grids, or empty', async () => {
    const moved = image([[1, 1, 1]], [...AFFINE.slice(0, 3), 7, ...AFFINE.slice(4)]);
    expect((await statistics([one, moved])).overlap).toBeNull();
    const empty = await statistics([none]);
    expect(empty.overlap).toBeNull();
    expect(empty.lesions).toMatchObject({ without: 1, quartilesMl: null });
  });

  test('say nothing of withheld masks', async () => {
    const { lesions, overlap, cases } = await statistics([one, two], { hasTruth: false });
    expect({ lesions, overlap, cases }).toEqual({ lesions: null, overlap: null, cases: 2 });
  });

  test('count sites and chronicity where they are known', async () => {
    const rows = ['participant_id\tsite\tchronicity', 'sub-1\tB\t1', 'sub-2\tA\tn/a', 'sub-3\tB\t1'];
    const { sites, chronicity } = await statistics([one, two, none], { participants: rows.join('\n') });
    expect(sites).toEqual([
      { name: 'B', cases: 2 },
      { name: 'A', cases: 1 },
    ]);
    expect(chronicity).toEqual([{ name: '1', cases: 2 }]);
  });

  test('volumes outside of the bins count at their ends', () => {
    expect(volumeBin(0.0005)).toBe(0);
    expect(volumeBin(0.001)).toBe(1);
    expect(volumeBin(2000)).toBe(25);
  });
});
