import type { Brain } from './volumes/brain.ts';
import { blur, maximum, opening } from './volumes/filters.ts';
import { type Midplane, mirrorAffine, mirrored } from './volumes/midplane.ts';
import { perAxis } from './volumes/volume.ts';

/**
 * The features of a voxel in the asymmetry model. "Dark" is 1 − signal, so white matter has 0 and CSF about
 * 0.75. "Opened" keeps only dark spots that contain a cube of 3 or 5 voxels, which sulci don't. "Across" is
 * the mirrored position; using its darkest neighborhood tolerates anatomy that is not exactly symmetric.
 */
export const FEATURES = [
  'dark',
  'opened3',
  'opened5',
  'across',
  'acrossWithin2',
  'acrossWithin3',
  'openedAcrossWithin2',
  'openedAcrossWithin3',
  'openedAcrossWithin4',
  'depth',
  'around3mm',
  'around6mm',
  'acrossAround3mm',
  'acrossAround6mm',
] as const;

export interface AsymmetryFeatures {
  /** Voxels that could be lesion: in the brain, and dark enough after opening. */
  candidates: Int32Array;
  /** One array per feature, in the order of FEATURES, on the whole grid of the brain. */
  values: Float32Array[];
}

/** Minimum opened darkness of a candidate voxel: a little darker than white matter. */
const CANDIDATE_DARKNESS = 0.2;

export function asymmetryFeatures(brain: Brain, plane: Midplane): AsymmetryFeatures {
  const { shape, spacing, mask } = brain;
  const sigma = (mm: number) => perAxis((axis) => mm / spacing[axis]);
  const mirror = mirrorAffine(brain.affine, plane);
  const across = (values: Float32Array) => mirrored(values, shape, mask, mirror);
  const dark = darkness(brain, 1.2);
  const opened3 = opening(dark, shape, 1);
  const opened5 = opening(dark, shape, 2);
  const darkAcross = across(dark);
  const openedAcross = across(opened3);
  const around3mm = smoothInside(dark, brain, 3);
  const around6mm = smoothInside(dark, brain, 6);
  // Fraction of brain within a few millimeters: 1 deep inside, 0.5 at a flat edge.
  const depth = blur(Float32Array.from(mask), shape, sigma(6));
  const candidates = Int32Array.from(mask.keys()).filter(
    (voxel) => mask[voxel] === 1 && opened3[voxel]! > CANDIDATE_DARKNESS,
  );
  const values = [
    dark,
    opened3,
    opened5,
    darkAcross,
    maximum(darkAcross, shape, 2),
    maximum(darkAcross, shape, 3),
    maximum(openedAcross, shape, 2),
    maximum(openedAcross, shape, 3),
    maximum(openedAcross, shape, 4),
    depth,
    around3mm,
    around6mm,
    across(around3mm),
    across(around6mm),
  ];
  return { candidates, values };
}

/** 1 − signal inside the brain after slight smoothing, 0 outside. */
export function darkness(brain: Brain, sigmaMm: number): Float32Array {
  const smooth = smoothInside(brain.values, brain, sigmaMm);
  return smooth.map((value, voxel) => (brain.mask[voxel] === 1 ? 1 - value : 0));
}

/** Blurs without mixing in voxels outside the brain. */
function smoothInside(values: Float32Array, { shape, spacing, mask }: Brain, sigmaMm: number): Float32Array {
  const sigma = perAxis((axis) => sigmaMm / spacing[axis]);
  const weight = blur(Float32Array.from(mask), shape, sigma);
  const inside = values.map((value, voxel) => value * mask[voxel]!);
  return blur(inside, shape, sigma).map((value, voxel) => (mask[voxel] === 1 ? value / weight[voxel]! : 0));
}
