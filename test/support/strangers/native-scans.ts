import path from 'node:path';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { type Triple, voxelCount } from '#runner/imaging/volume.ts';
import { type Files, writeFiles } from '#test/support/datasets/write-dataset.ts';

/**
 * Scans as scanners store them: other voxel sizes, axes and angles in each. In each are a lesion, a larger dark spot
 * that is none, and single dark voxels, all off the center, so that a flipped or swapped axis shows in the scores.
 */
const SCANS: readonly { shape: Triple; affine: readonly number[]; flipsTruth: boolean }[] = [
  { shape: [40, 48, 36], affine: [1, 0, 0, -20, 0, 1, 0, -24, 0, 0, 1, -18], flipsTruth: false },
  // Stored toward P, S and R in thick slices, the head tilted by 8° around the left-right axis.
  {
    shape: [48, 36, 32],
    affine: [0, 0, 2, -32, ...tilted(-0.9, 0), 22, ...tilted(0, 0.9), -16],
    flipsTruth: false,
  },
  // Stored toward L, P and S; the mask was drawn in a program that stores x the other way.
  { shape: [44, 40, 38], affine: [-1.2, 0, 0, 26, 0, -1.2, 0, 24, 0, 0, 1.1, -20], flipsTruth: true },
];

/** Toward A and S in the first two columns of a row, rotated by 8°. */
function tilted(a: number, s: number): Triple {
  const [cos, sin] = [Math.cos((8 * Math.PI) / 180), Math.sin((8 * Math.PI) / 180)];
  return a === 0 ? [-0.9 * sin, s * cos, 0] : [a * cos, -0.9 * sin, 0];
}

const LESION = { size: 7, value: 240 };
const SPOT = { size: 5, value: 320 };
const SINGLE_VOXELS = 3;
export const SCAN_COUNT = SCANS.length;

const [LESION_VOXELS, SPOT_VOXELS] = [LESION.size ** 3, SPOT.size ** 3];
/** The server finds the lesion and the spot; the spot has the higher probability, so that recall is 0 or 1. */
export const SERVER_SCORES = {
  dice: (2 * LESION_VOXELS) / (2 * LESION_VOXELS + SPOT_VOXELS),
  pr_auc: LESION_VOXELS / (LESION_VOXELS + SPOT_VOXELS),
};
/** The program finds the single voxels as well. */
export const PROGRAM_SCORES = {
  dice: (2 * LESION_VOXELS) / (2 * LESION_VOXELS + SPOT_VOXELS + SINGLE_VOXELS),
};

/** The voxels of a scan and of its true mask. */
export function nativeScan(index: number) {
  const { shape, affine, flipsTruth } = SCANS[index]!;
  const grid = { shape, affine: [...affine, 0, 0, 0, 1] };
  const scan = new Int16Array(voxelCount(shape));
  const truth = new Uint8Array(scan.length);
  const at = ([x, y, z]: Triple) => x + shape[0] * (y + shape[1] * z);
  const center = [shape[0] / 2, shape[1] / 2, shape[2] / 2];
  for (let voxel = 0; voxel < scan.length; voxel += 1) {
    const place = placeOf(voxel, shape);
    const distance = Math.hypot(...place.map((value, axis) => (value - center[axis]!) / center[axis]!));
    if (distance < 0.95) scan[voxel] = 900 + ((voxel * 7) % 50);
  }
  const lesion: Triple = [9 + index, 12, 11 + index];
  const spot: Triple = [23, 22 + index, 18];
  for (const voxel of cube(lesion, LESION.size)) {
    scan[at(voxel)] = LESION.value;
    truth[at(voxel)] = 1;
  }
  for (const voxel of cube(spot, SPOT.size)) scan[at(voxel)] = SPOT.value;
  for (let single = 0; single < SINGLE_VOXELS; single += 1) scan[at([18 + 2 * single, 9, 14])] = LESION.value;
  return { grid, scan, truth, flipsTruth };
}

function placeOf(voxel: number, [nx, ny]: Triple): Triple {
  return [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))];
}

function cube([x, y, z]: Triple, size: number): Triple[] {
  return Array.from({ length: size ** 3 }, (_, voxel) => {
    const [dx, dy, dz] = placeOf(voxel, [size, size, size]);
    return [x + dx, y + dy, z + dz];
  });
}

/** Writes the data set as BIDS and returns its folder. */
export function writeNativeScans(folder: string): Promise<string> {
  const files: Files = {};
  for (let index = 0; index < SCAN_COUNT; index += 1) {
    const stem = `sub-n${index}/ses-1/anat/sub-n${index}_ses-1_space-orig`;
    const { grid, scan, truth, flipsTruth } = nativeScan(index);
    files[`${stem}_T1w.nii.gz`] = encodeNifti({ ...grid, data: scan });
    const mask = { ...grid, data: truth };
    files[`${stem}_label-L_desc-T1lesion_mask.nii.gz`] = encodeNifti(flipsTruth ? flipFirstAxis(mask) : mask);
  }
  return writeFiles(path.join(folder, 'native-scans'), files);
}

/** The same points of the world, stored in the other direction along the first axis. */
function flipFirstAxis({
  shape,
  affine,
  data,
}: {
  shape: Triple;
  affine: number[];
  data: Uint8Array<ArrayBuffer>;
}) {
  const flipped = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start += shape[0]) {
    flipped.set(data.slice(start, start + shape[0]).reverse(), start);
  }
  const moved = affine.map((value, place) => {
    if (place % 4 === 0) return -value;
    return place % 4 === 3 ? value + affine[place - 3]! * (shape[0] - 1) : value;
  });
  return { shape, affine: moved, data: flipped };
}

/** The true masks under the names of their scans, as the files of an archive. */
export function truthsByScan() {
  return Array.from({ length: SCAN_COUNT }, (_, index) => {
    const { grid, truth } = nativeScan(index);
    const name = `sub-n${index}_ses-1_space-orig_T1w.nii.gz`;
    return { name, content: encodeNifti({ ...grid, data: truth }) };
  });
}
