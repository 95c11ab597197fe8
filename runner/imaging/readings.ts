import { type Affine, scaleAffine } from './affine.ts';
import { affineFrom, directionsOf, orthogonalFactor } from './orthonormal.ts';
import { type Geometry, type Grid, spacingOf, type Triple, type Volume } from './volume.ts';

/**
 * Where common readers see the voxels of a file. NIfTI stores up to three positions (sform, qform, spacing) and
 * a unit, and readers choose differently. For most files all readers agree; runner/imaging/same-grid.ts and
 * runner/imaging/canonical.ts deal with the others.
 */

export interface Placed {
  shape: Triple;
  geometry: Geometry;
}

/** The position of a volume whose file has one affine, in mm. */
export function placedBy(affine: Affine): Pick<Volume, 'affine' | 'geometry' | 'spacing'> {
  const spacing = spacingOf(affine);
  const geometry = { sform: affine, qform: null, pixdim: spacing, mmPerUnit: 1 };
  return { affine, geometry, spacing };
}

/** Voxels in memory as a volume on a grid, as if they were read from a file without a scale. */
export function volumeOn({ shape, affine }: Grid, voxels: Pick<Volume, 'format' | 'dtype' | 'data'>): Volume {
  return { ...voxels, ...placedBy(affine), shape, slope: 1, intercept: 0 };
}

/**
 * The position that counts, in mm: the sform if its code is set, otherwise the qform, otherwise the spacing
 * with the center of the grid as origin. The unit is converted.
 */
export function canonicalAffine(image: Placed): Affine {
  return scaleAffine(nibabelAffine(image), image.geometry.mmPerUnit);
}

/** Another way to see a file than canonicalAffine. */
export interface Reader {
  /** As in "seen by ITK (qform)". */
  name: string;
  /** Whether it converts µm and m to mm. */
  convertsUnit: boolean;
  /** In mm if the reader converts, otherwise in the file's unit. null if the reader can't use the file. */
  affineOf(image: Placed): Affine | null;
}

export const READERS: readonly Reader[] = [
  { name: 'nibabel', convertsUnit: false, affineOf: nibabelAffine },
  { name: 'the NIfTI C library', convertsUnit: false, affineOf: cLibraryAffine },
  { name: 'ITK (sform)', convertsUnit: true, affineOf: (image) => itkAffine(image, 'sform', directionsOf) },
  // Where the columns of an sform differ in length, its orthogonal factor depends on when they are normalized.
  { name: 'ITK (sform, permissive)', convertsUnit: true, affineOf: (image) => itkAffine(image, 'sform') },
  { name: 'ITK (qform)', convertsUnit: true, affineOf: (image) => itkAffine(image, 'qform', directionsOf) },
];

/**
 * nibabel, Nifti1Header.get_best_affine: sform, else qform, else get_base_affine, which flips x and puts the
 * center of the grid at the origin, as SPM does. The unit is not read.
 */
function nibabelAffine({ shape, geometry: { sform, qform, pixdim } }: Placed): Affine {
  const [x, y, z] = pixdim;
  const center = shape.map((size, axis) => ((size - 1) / 2) * pixdim[axis]!);
  return sform ?? qform ?? [-x, 0, 0, center[0]!, 0, y, 0, -center[1]!, 0, 0, z, -center[2]!, 0, 0, 0, 1];
}

/**
 * nifti1_io.c and programs on it: qto_xyz if the qform is set, else sto_xyz; without codes the spacing with
 * voxel 0 as origin (method 1 of nifti1.h). The unit is kept apart.
 */
function cLibraryAffine({ geometry: { sform, qform, pixdim } }: Placed): Affine {
  const [x, y, z] = pixdim;
  return qform ?? sform ?? [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];
}

/**
 * ITK, NiftiImageIO::SetImageIOOrientationFromNIfTI. Versions and headers differ in the form that it prefers.
 * The spacing is always pixdim. Directions are at right angles at the latest when ITK writes
 * (nifti_make_orthog_mat44); its permissive mode makes them so before it normalizes them. Without codes the
 * directions are those of LPS and the origin is voxel 0. µm and m become mm.
 */
function itkAffine(
  { geometry }: Placed,
  preferred: 'sform' | 'qform',
  normalized: (affine: Affine) => Affine = (affine) => affine,
): Affine | null {
  const { sform, qform, pixdim, mmPerUnit } = geometry;
  const form = geometry[preferred] ?? sform ?? qform;
  const [x, y, z] = pixdim;
  if (form === null) return scaleAffine([-x, 0, 0, 0, 0, -y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1], mmPerUnit);
  const directions = orthogonalFactor(normalized(form));
  return directions && scaleAffine(affineFrom(directions, pixdim, form), mmPerUnit);
}

const PLAIN_TOLERANCE = 1e-6;

/**
 * Whether a header holds no geometry at all: spacing 1, origin 0, and directions that are the identity or the
 * identity with signs, as SimpleITK's GetImageFromArray and nibabel without an affine write it.
 */
export function hasNoGeometry({ geometry: { sform, qform, pixdim } }: Placed): boolean {
  const forms = [sform, qform].filter((form) => form !== null);
  if (forms.length === 0) return pixdim.every((size) => size === 1);
  return forms.every((form) =>
    form.every((value, at) => Math.abs(Math.abs(value) - (at % 5 === 0 ? 1 : 0)) <= PLAIN_TOLERANCE),
  );
}
