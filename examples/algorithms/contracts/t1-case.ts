import { type Segmenter, segmentFile } from '#examples/algorithms/volumes/scan-file.ts';
import type { CaseFolder } from './case-folder.ts';

const SCAN_SLUG = 't1-brain-mri';
const MASK_FILE = 'images/stroke-lesion-segmentation/lesion.nii.gz';

/** Reads the scan of the task stroke-t1 and writes its mask. */
export function segmentCase(folder: CaseFolder, segment: Segmenter): void {
  segmentFile(folder.imagePath(SCAN_SLUG), folder.outputPath(MASK_FILE), segment);
}
