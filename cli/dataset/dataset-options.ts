import { LAYOUT_NAMES, type ReadOptions } from './dataset.ts';

/** Options of every command that reads a data set, for parseArgs. */
export const DATASET_OPTIONS = {
  layout: { type: 'string' },
  input: { type: 'string', multiple: true },
  truth: { type: 'string', multiple: true },
  'key-file': { type: 'string' },
  'allow-shear': { type: 'boolean', default: false },
} as const;

export const DATASET_HELP = `
  --layout L       ${LAYOUT_NAMES.join(', ')}.
                   Recognized by the names of the files if it isn't given; the report says which and why
  --input S=PATTERN, --truth S=PATTERN
                   layout pattern: the files of each slug, relative to FOLDER. {id} is the name of the case, *
                   stands for any characters, ** for any folders; several masks of a case are united. Example:
                   --input t1-brain-mri='{id}/t1.nii.gz' --truth stroke-lesion-segmentation='{id}/mask*.nii.gz'
  --key-file FILE  the key of an encrypted archive (or HELDOUT_ARCHIVE_KEY, or a prompt)
  --allow-shear    accept scans whose axes are not at right angles, which readers see differently`.slice(1);

export function readOptions(values: {
  layout?: string | undefined;
  input?: string[] | undefined;
  truth?: string[] | undefined;
}): ReadOptions {
  return { layout: values.layout ?? null, inputs: values.input ?? [], truths: values.truth ?? [] };
}
