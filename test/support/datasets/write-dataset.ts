import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import type { RawData, Triple } from '#runner/imaging/volume.ts';

/** Small data sets as real files, laid out as researchers have them. */

export const SHAPE: Triple = [24, 22, 20];
export const AFFINE = [1, 0, 0, -12, 0, 1, 0, -11, 0, 0, 1, -10, 0, 0, 0, 1];
const VOXELS = SHAPE[0] * SHAPE[1] * SHAPE[2];

/** A scan of a subject: smooth structure that differs between subjects, 0 outside of a head. */
export function scanValues(subject: number): Int16Array {
  const wave = (k: number) =>
    0.25 + 0.35 * ((Math.imul(subject + 1, 2654435761 + 40503 * k) >>> 8) % 100) * 0.01;
  const [a, b, c] = [wave(1), wave(2), wave(3)];
  return Int16Array.from({ length: VOXELS }, (_, voxel) => {
    const [x, y, z] = place(voxel);
    if (Math.hypot((x - 11.5) / 11, (y - 10.5) / 10, (z - 9.5) / 9) > 1) return 0;
    return Math.round(
      500 + 200 * Math.sin(a * x + subject) * Math.cos(b * y) + 150 * Math.sin(c * z - subject),
    );
  });
}

/** A mask of a box. */
export function boxMask([x0, y0, z0]: Triple, size: Triple = [3, 3, 3], value = 1): Uint8Array {
  return Uint8Array.from({ length: VOXELS }, (_, voxel) => {
    const [x, y, z] = place(voxel);
    const inside = x >= x0 && x < x0 + size[0] && y >= y0 && y < y0 + size[1] && z >= z0 && z < z0 + size[2];
    return inside ? value : 0;
  });
}

function place(voxel: number): Triple {
  return [
    voxel % SHAPE[0],
    Math.floor(voxel / SHAPE[0]) % SHAPE[1],
    Math.floor(voxel / (SHAPE[0] * SHAPE[1])),
  ];
}

/** The files of a folder, by their path in it: text, bytes, or the voxels of an image on SHAPE and AFFINE. */
export type Files = Record<
  string,
  string | Uint8Array | { voxels: RawData; affine?: number[]; shape?: Triple }
>;

export async function writeFiles(folder: string, files: Files): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(
      file,
      typeof content === 'object' && 'voxels' in content ? imageBytes(name, content) : content,
    );
  }
  return folder;
}

function imageBytes(
  name: string,
  { voxels, affine = AFFINE, shape = SHAPE }: { voxels: RawData; affine?: number[]; shape?: Triple },
): Uint8Array {
  const image = { shape, affine, data: voxels };
  if (name.endsWith('.mha')) return encodeMetaImage(image);
  return encodeNifti({ ...image, gzipLevel: name.endsWith('.gz') ? 1 : null });
}

const BIDS_NAMES = {
  bids: ['T1w', 'label-L_desc-T1lesion_mask'],
  'atlas-2': ['space-MNI152NLin2009aSym_T1w', 'space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask'],
  'atlas-3-raw': ['space-orig_desc-brain_T1w', 'space-orig_label-lesion_desc-T1lesion_mask'],
} as const;

/** The two files of a case in a layout of BIDS. */
export function bidsCase(
  layout: keyof typeof BIDS_NAMES,
  subject: string,
  { scan, mask }: { scan: Files[string]; mask: Files[string] },
): Files {
  const base = `sub-${subject}/ses-1/anat/sub-${subject}_ses-1_`;
  const [scanName, maskName] = BIDS_NAMES[layout];
  return { [`${base}${scanName}.nii.gz`]: scan, [`${base}${maskName}.nii.gz`]: mask };
}

/** A case of `subject`, with a box of 27 voxels as its lesion. */
export function plainCase(layout: keyof typeof BIDS_NAMES, id: string, subject: number): Files {
  return bidsCase(layout, id, {
    scan: { voxels: scanValues(subject) },
    mask: { voxels: boxMask([8, 8, 8]) },
  });
}
