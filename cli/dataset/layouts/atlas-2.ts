import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { bidsMatch, type Layout, ONE_T1 } from './layout.ts';

/** ATLAS R2.0: a BIDS derivative on the MNI grid. */
export const atlas2: Layout = {
  name: 'atlas-2',
  ...ONE_T1,
  examples: {
    [T1]: 'R001/sub-r001s001/ses-1/anat/sub-r001s001_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz',
    [LESIONS]: 'sub-r001s001_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask.nii.gz',
  },
  match: bidsMatch({
    [T1]: 'space-MNI152NLin2009aSym_(?:desc-[A-Za-z0-9]+_)?T1w',
    [LESIONS]: 'space-MNI152NLin2009aSym_label-[A-Za-z0-9]+_desc-T1lesion[A-Za-z0-9]*_mask',
  }),
};
