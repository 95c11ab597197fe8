import { globSync } from 'node:fs';
import path from 'node:path';
import { type Segmenter, segmentFile } from '#examples/algorithms/volumes/scan-file.ts';
import { log, logFailure } from './log.ts';

const SCAN_SUFFIX = '_T1w.nii.gz';
const MASK_SUFFIX = '_label-L_desc-T1lesion_mask.nii.gz';

/**
 * The contract `batch`: one container reads all scans as a BIDS dataset in /input and writes their masks as
 * BIDS derivatives to /output. A scan that fails gets no mask, which fails its case; the others count.
 */
export function segmentDataset(root: string, segment: Segmenter): void {
  const inputFolder = path.join(root, 'input');
  const scans = globSync(`sub-*/ses-*/anat/*${SCAN_SUFFIX}`, { cwd: inputFolder }).sort();
  for (const [index, scan] of scans.entries()) {
    log(`${index + 1} of ${scans.length}`);
    const mask = scan.slice(0, -SCAN_SUFFIX.length) + MASK_SUFFIX;
    try {
      segmentFile(path.join(inputFolder, scan), path.join(root, 'output', mask), segment);
    } catch (error) {
      logFailure(error);
    }
  }
}
