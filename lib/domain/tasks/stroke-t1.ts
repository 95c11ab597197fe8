import { type Task, taskSchema } from './task.ts';

export const T1 = 't1-brain-mri';
export const STROKE_METADATA = 'stroke-metadata';
export const LESIONS = 'stroke-lesion-segmentation';

/** The task of ATLAS 2022: one T1-weighted scan and what is known of the patient in, one binary mask out. */
export const STROKE_T1: Task = taskSchema.parse({
  inputs: [
    {
      slug: T1,
      title: 'T1-weighted MRI',
      kind: 'Image',
      relative_path: 'images/t1-brain-mri',
      format: 'nii.gz',
      bids: 'space-MNI152NLin2009aSym_T1w',
    },
    {
      slug: STROKE_METADATA,
      title: 'Site, chronicity and days after stroke',
      kind: 'Anything',
      relative_path: 'stroke-metadata.json',
      required: false,
    },
  ],
  outputs: [
    {
      slug: LESIONS,
      title: 'Lesion mask',
      kind: 'Segmentation',
      relative_path: 'images/stroke-lesion-segmentation',
      format: 'nii.gz',
      bids: 'space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask',
    },
  ],
  scoring: {
    kind: 'segmentation',
    output: LESIONS,
    grid: T1,
  },
});
