import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { bidsMatch, type Layout, ONE_T1 } from './layout.ts';

/** ATLAS R2.1 and R3.0 raw: BIDS in native space. */
export const atlas3Raw: Layout = {
  name: 'atlas-3-raw',
  ...ONE_T1,
  examples: {
    [T1]: 'sub-r001s001/ses-1/anat/sub-r001s001_ses-1_space-orig_desc-brain_T1w.nii.gz',
    [LESIONS]: 'sub-r001s001_ses-1_space-orig_label-lesion_desc-T1lesion_mask.nii.gz',
  },
  match: bidsMatch({
    [T1]: 'space-orig_(?:desc-[A-Za-z0-9]+_)?T1w',
    [LESIONS]: 'space-orig_label-[A-Za-z0-9]+_desc-T1lesion[A-Za-z0-9]*_mask',
  }),
};
