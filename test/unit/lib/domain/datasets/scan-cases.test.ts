import { expect, test } from 'vitest';
import { scanCases } from '#lib/domain/datasets/scan-cases.ts';

const ATLAS = 'sub-r001s001/ses-1/anat/sub-r001s001_ses-1_space-MNI152NLin2009aSym';

test('images and their lesions are found by the names of BIDS', () => {
  expect(
    scanCases([
      'README',
      `${ATLAS}_T1w.nii.gz`,
      `${ATLAS}_label-L_desc-T1lesion_mask.nii.gz`,
      'sub-2/dwi/sub-2_dwi.nii.gz',
      'sub-2/anat/sub-2_FLAIR.nii.gz',
      'derivatives/sub-2/sub-2_lesion-msk.nii.gz',
      'sub-3/anat/sub-3_T1w.nii',
      'sub-3/anat/sub-3_desc-brain_mask.nii.gz',
      'sub-4/anat/sub-4_desc-brain_mask.nii.gz',
      'other/scan.nii.gz',
    ]),
  ).toEqual([
    {
      name: 'sub-r001s001_ses-1',
      image: `${ATLAS}_T1w.nii.gz`,
      mask: `${ATLAS}_label-L_desc-T1lesion_mask.nii.gz`,
    },
    {
      name: 'sub-2',
      image: 'sub-2/dwi/sub-2_dwi.nii.gz',
      mask: 'derivatives/sub-2/sub-2_lesion-msk.nii.gz',
    },
    { name: 'sub-3', image: 'sub-3/anat/sub-3_T1w.nii', mask: null },
  ]);
});
