import { AFFINE, SHAPE } from '#examples/synthetic/anatomy/grid.ts';
import type { PaintedCase } from '#examples/synthetic/case.ts';
import { multimodalImages } from '#examples/synthetic/multimodal/multimodal.ts';
import { toNative } from '#examples/synthetic/native/resample.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import type { Grid } from '#runner/imaging/volume.ts';
import { maskOf } from '#runner/scoring/case-mask.ts';
import { maskFacts } from '#runner/scoring/truth-facts.ts';
import type { Variant } from './variant.ts';

/** Fast, and only 3% larger than level 6, because noise does not compress. */
const GZIP_LEVEL = 4;

export interface CaseImages {
  /** Below the folder of the subject. */
  files: { path: string; bytes: Uint8Array }[];
  /** Facts about the mask as it is written, where it isn't the painted one. */
  facts: { volumeMl: number; lesionCount: number } | null;
}

/** The images of a case: names as in the data sets whose layout each variant has. */
export function caseImages(
  variant: Variant,
  seed: string,
  subject: string,
  painted: PaintedCase,
): CaseImages {
  const { slope } = painted;
  const onTemplate = { shape: SHAPE, affine: AFFINE.flat(), gzipLevel: GZIP_LEVEL };
  const t1 = (name: string) => `ses-1/anat/${subject}_ses-1_${name}.nii.gz`;
  const scan = {
    path: t1('space-MNI152NLin2009aSym_T1w'),
    bytes: encodeNifti({ ...onTemplate, data: painted.raw, slope }),
  };
  switch (variant) {
    case 'lesions':
    case 'outcomes': {
      const bytes = encodeNifti({ ...onTemplate, data: painted.mask });
      const path = t1('space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask');
      return { files: [scan, { path, bytes }], facts: null };
    }
    case 'tissues': {
      const bytes = encodeNifti({ ...onTemplate, data: painted.tissues });
      return { files: [scan, { path: t1('space-MNI152NLin2009aSym_dseg'), bytes }], facts: null };
    }
    case 'native': {
      const { raw, mask, ...grid } = toNative(seed, painted);
      const options = { ...grid, gzipLevel: GZIP_LEVEL };
      return {
        files: [
          { path: t1('space-orig_desc-brain_T1w'), bytes: encodeNifti({ ...options, data: raw, slope }) },
          {
            path: t1('space-orig_label-lesion_desc-T1lesion_mask'),
            bytes: encodeNifti({ ...options, data: mask }),
          },
        ],
        facts: factsOf(grid, mask),
      };
    }
    case 'multimodal': {
      const { dwi, adc, flair, mask } = multimodalImages(seed, painted);
      const name = (suffix: string) => `${subject}_ses-0001_${suffix}.nii.gz`;
      const image = (folder: string, suffix: string, { grid, data }: typeof dwi) => ({
        path: `ses-0001/${folder}${name(suffix)}`,
        bytes: encodeNifti({ ...grid, data, gzipLevel: GZIP_LEVEL }),
      });
      return {
        files: [
          image('dwi/', 'dwi', dwi),
          image('dwi/', 'adc', adc),
          image('anat/', 'FLAIR', flair),
          { path: `ses-0001/${name('msk')}`, bytes: encodeNifti({ ...dwi.grid, data: mask }) },
        ],
        facts: factsOf(dwi.grid, mask),
      };
    }
  }
}

/** On a coarse grid small lesions vanish, and near ones grow together. */
function factsOf(grid: Grid, mask: Uint8Array): NonNullable<CaseImages['facts']> {
  const lesions = maskOf(volumeOn(grid, { format: 'NIFTI', dtype: 'uint8', data: mask }));
  const { volumeMl, lesions: counts } = maskFacts(lesions);
  return { volumeMl: Number(volumeMl.toFixed(6)), lesionCount: counts[26] };
}
