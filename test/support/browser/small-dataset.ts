import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNifti } from '#runner/imaging/encode.ts';
import type { RawData } from '#runner/imaging/volume.ts';

const SHAPE = [40, 48, 36] as const;
const AFFINE = [1, 0, 0, -20, 0, 1, 0, -24, 0, 0, 1, -18, 0, 0, 0, 1];

/**
 * Writes a dataset that is quick to seal and evaluate: each case is a bright ellipsoid as a brain with a dark
 * cube as the lesion, in a different place in each case.
 */
export function writeSmallDataset(folder: string, cases: number): void {
  for (let number = 1; number <= cases; number += 1) {
    const id = `sub-r001s${String(number).padStart(3, '0')}`;
    const anat = join(folder, id, 'ses-1', 'anat');
    mkdirSync(anat, { recursive: true });
    const stem = join(anat, `${id}_ses-1_space-MNI152NLin2009aSym`);
    const { scan, truth } = smallCase(number);
    writeFileSync(`${stem}_T1w.nii.gz`, onSmallGrid(scan));
    writeFileSync(`${stem}_label-L_desc-T1lesion_mask.nii.gz`, onSmallGrid(truth));
  }
}

/** A file on the grid of all small cases; by default an empty mask. */
export function onSmallGrid(data: RawData = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2])): Uint8Array {
  return encodeNifti({ shape: SHAPE, affine: AFFINE, data });
}

export function smallCase(number: number): { scan: Int16Array<ArrayBuffer>; truth: Uint8Array<ArrayBuffer> } {
  const [nx, ny, nz] = SHAPE;
  const scan = new Int16Array(nx * ny * nz);
  const truth = new Uint8Array(nx * ny * nz);
  for (let z = 0; z < nz; z += 1) {
    for (let y = 0; y < ny; y += 1) {
      for (let x = 0; x < nx; x += 1) {
        const inBrain = ((x - 20) / 17) ** 2 + ((y - 24) / 21) ** 2 + ((z - 18) / 15) ** 2 < 1;
        if (!inBrain) continue;
        const inLesion = Math.abs(x - 12) < 4 && Math.abs(y - (18 + 2 * number)) < 4 && Math.abs(z - 18) < 4;
        const at = x + nx * (y + ny * z);
        scan[at] = inLesion ? 300 : 900 + ((x * 7 + y * 13 + z * 31) % 50);
        truth[at] = inLesion ? 1 : 0;
      }
    }
  }
  return { scan, truth };
}
