import type { InputFile } from './exec-files.ts';

/** The files of the contract `batch`: a BIDS dataset in /input, BIDS derivatives in /output. */

const SPACE = 'space-MNI152NLin2009aSym';

export const DATASET_DESCRIPTION: InputFile = {
  path: 'dataset_description.json',
  bytes: Buffer.from(
    `${JSON.stringify({ Name: 'Scans without truth', BIDSVersion: '1.8.0', DatasetType: 'raw' }, null, 2)}\n`,
  ),
};

/** `id` consists of letters and digits; `scan` is a .nii.gz file. */
export function batchScanFile({ id, scan }: { id: string; scan: Uint8Array }): InputFile {
  return { path: `${anatFolder(id)}/sub-${id}_ses-1_${SPACE}_T1w.nii.gz`, bytes: scan };
}

/** The path of a case's expected mask, relative to /output. */
export function batchMask(id: string): { folder: string; name: string } {
  return {
    folder: anatFolder(id),
    name: `sub-${id}_ses-1_${SPACE}_label-L_desc-T1lesion_mask.nii.gz`,
  };
}

function anatFolder(id: string): string {
  return `sub-${id}/ses-1/anat`;
}
