import type { CaseFolder } from '#examples/algorithms/contracts/case-folder.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';

/** Reads DWI and ADC of a case and writes a mask on the grid of the DWI. */
export function writeInfarcts(folder: CaseFolder, find: (dwi: Scan, adc: Scan) => Uint8Array): void {
  const dwi = folder.image('dwi-brain-mri');
  const mask = find(dwi, folder.image('adc-brain-mri'));
  folder.writeImage('images/stroke-lesion-segmentation/infarct.nii.gz', dwi, mask);
}
