import type { CaseFolder } from '#examples/algorithms/contracts/case-folder.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';

/** Reads the scan of a case and writes the tissue of each voxel. */
export function writeTissues(folder: CaseFolder, label: (scan: Scan) => Uint8Array): void {
  const scan = folder.image('t1-brain-mri');
  folder.writeImage('images/brain-tissue-segmentation/tissues.nii.gz', scan, label(scan));
}
