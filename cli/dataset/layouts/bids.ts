import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { bidsMatch, type Layout, ONE_T1 } from './layout.ts';

/** BIDS: a T1w scan and lesion masks, raw or derivative. A brain mask is not a lesion mask. */
export const bids: Layout = {
  name: 'bids',
  ...ONE_T1,
  examples: {
    [T1]: 'sub-<id>/ses-<n>/anat/sub-<id>_ses-<n>_…_T1w.nii.gz',
    [LESIONS]: 'sub-<id>_ses-<n>_…_label-L_desc-T1lesion_mask.nii.gz',
  },
  match: bidsMatch({
    [T1]: '(?:.*_)?T1w',
    [LESIONS]: '(?:.*_)?(?:[^_]*lesion[^_]*|label-L)(?:_.*)?_(?:mask|roi)',
  }),
};
