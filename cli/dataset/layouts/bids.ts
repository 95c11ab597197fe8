import { LESIONS, T1 } from '#cli/dataset/case.ts';
import { bidsMatch, type Layout } from './layout.ts';

/** BIDS: a T1w scan and lesion masks, raw or derivative. A brain mask is not a lesion mask. */
export const bids: Layout = {
  name: 'bids',
  inputs: [T1],
  truths: [{ slug: LESIONS, on: T1 }],
  examples: {
    [T1]: 'sub-<id>/ses-<n>/anat/sub-<id>_ses-<n>_…_T1w.nii.gz',
    [LESIONS]: 'sub-<id>_ses-<n>_…_label-L_desc-T1lesion_mask.nii.gz',
  },
  match: bidsMatch({
    [T1]: '(?:.*_)?T1w',
    [LESIONS]: '(?:.*_)?(?:[^_]*lesion[^_]*|label-L)(?:_.*)?_(?:mask|roi)',
  }),
};
