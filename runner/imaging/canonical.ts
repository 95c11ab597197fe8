import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { type Affine, quaternionAffine, scaleAffine } from './affine.ts';
import { gridNumbers, joinNifti, MM, type NiftiNumbers, nifti1Header, nifti2Header } from './encode.ts';
import { gridDistance, gridTolerance } from './grid.ts';
import { type NiftiHeader, SPACE_BITS } from './nifti.ts';
import { isOrthonormal, nearestOrthonormal } from './orthonormal.ts';
import type { ReadImage } from './read.ts';
import type { Grid, Volume } from './volume.ts';

/**
 * The canonical header of a NIfTI file, which every reader sees alike: sform and qform are set and equal, their
 * codes are above 0, the unit is mm, and the axes are at right angles. The position is that of canonicalAffine
 * (runner/imaging/readings.ts).
 */
export interface CanonicalHeader {
  grid: Grid;
  numbers: NiftiNumbers;
  /** What differs from the file, in words. Empty if the file is canonical, and for a MetaImage. */
  changes: readonly string[];
  /** How far the nearest grid at right angles is away, in mm; 0 if a qform can hold the grid. */
  shearMm: number;
}

/** The largest cosine of an angle between two axes that counts as a right angle. */
const RIGHT_ANGLE = 1e-6;

/**
 * Makes the header of a scan or a mask canonical. A shear that no qform can hold stays in the sform; the qform
 * is then the nearest grid without it. An image that is canonical keeps its numbers.
 *
 * @throws SubmissionError UNREADABLE if the affine is not invertible.
 */
export function canonicalHeader(image: ReadImage): CanonicalHeader {
  const { volume, header } = image;
  const { shape, affine } = volume;
  const nearest = nearestOrthonormal(affine);
  if (nearest === null) {
    throw new SubmissionError('UNREADABLE', 'The affine in the header is not invertible.');
  }
  const distance = gridDistance(volume, { shape, affine: nearest })!;
  const shearMm = distance > gridTolerance(volume) ? distance : 0;
  const straight = shearMm > 0 ? nearest : affine;
  if (header !== null && isCanonical(volume, header, straight)) {
    // pixdim[4…7] are times and slices, which reveal the protocol.
    const numbers = { ...header, pixdim: [...header.pixdim.slice(0, 4), 0, 0, 0, 0] };
    return { grid: { shape, affine }, numbers, changes: [], shearMm };
  }
  const grid = { shape, affine: shearMm > 0 ? affine : heldAffine(volume, header?.version ?? 1) };
  const changes = header === null ? [] : changesOf(volume, header, grid, straight);
  return { grid, numbers: numbersOn(image, grid), changes, shearMm };
}

/** `straight` is the grid at right angles that the qform must hold. */
function isCanonical({ geometry, affine, shape }: Volume, header: NiftiHeader, straight: Affine): boolean {
  const { sform, qform } = geometry;
  if (sform === null || qform === null || unitOf(header) !== MM) return false;
  if (straight === affine && !isOrthonormal(affine, RIGHT_ANGLE)) return false;
  return isOn({ shape, affine: qform }, { shape, affine: straight });
}

function isOn(grid: Grid, target: Grid): boolean {
  return gridDistance(grid, target)! <= gridTolerance(target);
}

function unitOf({ xyztUnits }: NiftiHeader): number {
  return xyztUnits & SPACE_BITS;
}

/** Header fields that put an image on another grid, with its own scaling and, where they are set, its codes. */
export function numbersOn({ volume: { slope, intercept }, header }: ReadImage, grid: Grid): NiftiNumbers {
  const numbers = { ...gridNumbers(grid), slope, intercept };
  const { qformCode = 0, sformCode = 0 } = header ?? {};
  const set = Math.max(qformCode, sformCode);
  if (set <= 0) return numbers;
  return {
    ...numbers,
    qformCode: qformCode > 0 ? qformCode : set,
    sformCode: sformCode > 0 ? sformCode : set,
  };
}

/** Writes an image with the given numbers in its header and nothing else; its voxels are unchanged. */
export function encodeOn(
  { volume, header }: ReadImage,
  numbers: NiftiNumbers,
  gzipLevel: number,
): Uint8Array {
  const write = header?.version === 2 ? nifti2Header : nifti1Header;
  return joinNifti(write(volume.dtype, numbers), volume.data, gzipLevel);
}

/** The affine, or the nearest one that the qform of a file can hold. */
function heldAffine({ shape, affine }: Grid, version: 1 | 2): Affine {
  const stored = storedQform(gridNumbers({ shape, affine }), version);
  // Both forms must be equal, but a quaternion of float32 can't hold every rotation to the last micrometer.
  const isHeld = isOrthonormal(affine, RIGHT_ANGLE) && isOn({ shape, affine: stored }, { shape, affine });
  return isHeld ? affine : stored;
}

/** The affine that a reader computes from the qform in a file. */
function storedQform({ qform, pixdim }: NiftiNumbers, version: 1 | 2): number[] {
  const round = version === 1 ? Math.fround : (value: number) => value;
  return quaternionAffine(qform.map(round), pixdim.map(round));
}

function changesOf(volume: Volume, header: NiftiHeader, grid: Grid, straight: Affine): string[] {
  const { sform, qform, mmPerUnit } = volume.geometry;
  const target = { shape: grid.shape, affine: straight };
  const ownQform = qform && { shape: grid.shape, affine: scaleAffine(qform, mmPerUnit) };
  const moved = gridDistance(volume, grid)!;
  const changes: string[] = [];
  if (!sform && !qform) changes.push('the codes of qform and sform were 0: centered, with its spacing');
  else if (!sform) changes.push('sform set from the qform');
  else if (!ownQform) changes.push('qform set from the sform');
  else if (!isOn(ownQform, target)) {
    changes.push(`qform and sform were ${inMm(gridDistance(ownQform, target)!)} apart: the sform counts`);
  }
  if (mmPerUnit !== 1) changes.push(`converted from ${mmPerUnit > 1 ? 'm' : 'µm'} to mm`);
  else if (unitOf(header) !== MM) changes.push('unit set to mm');
  if (moved > 0) changes.push(`axes set at right angles, by at most ${inMm(moved)}`);
  return changes;
}

/** "0.0144 mm" */
export function inMm(distance: number): string {
  return `${Number(distance.toPrecision(3))} mm`;
}
