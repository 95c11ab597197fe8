import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import { bidsMatch, type Layout } from './layout.ts';

const DWI = 'dwi-brain-mri';
const ADC = 'adc-brain-mri';
const FLAIR = 'flair-brain-mri';

/** ISLES 2022: BIDS with derivatives. The mask is on the grid of the DWI; the FLAIR has its own. */
export const isles2022: Layout = {
  name: 'isles-2022',
  inputs: [DWI, ADC, FLAIR],
  truths: [{ slug: LESIONS, on: DWI }],
  examples: {
    [DWI]: 'sub-strokecase0001/ses-0001/dwi/sub-strokecase0001_ses-0001_dwi.nii.gz',
    [ADC]: 'sub-strokecase0001/ses-0001/dwi/sub-strokecase0001_ses-0001_adc.nii.gz',
    [FLAIR]: 'sub-strokecase0001/ses-0001/anat/sub-strokecase0001_ses-0001_FLAIR.nii.gz',
    [LESIONS]: 'derivatives/sub-strokecase0001/ses-0001/sub-strokecase0001_ses-0001_msk.nii.gz',
  },
  match: bidsMatch({ [DWI]: 'dwi', [ADC]: 'adc', [FLAIR]: 'flair', [LESIONS]: 'msk' }),
};
