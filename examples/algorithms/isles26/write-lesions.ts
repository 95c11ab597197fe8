import type { CaseFolder } from '#examples/algorithms/contracts/case-folder.ts';
import { log } from '#examples/algorithms/contracts/log.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';

/** The outputs of the task isles26 for a scan. */
export type NativeSegmenter = (scan: Scan) => { mask: Uint8Array; probability: Float32Array };

/** Reads the scan of a case and writes its mask and its map of probabilities. */
export function writeLesions(folder: CaseFolder, segment: NativeSegmenter): void {
  const scan = folder.image('t1-brain-mri');
  const { mask, probability } = segment(scan);
  folder.writeImage('images/stroke-lesion-segmentation/output.mha', scan, mask);
  folder.writeImage('images/lesion-probability-map/output.mha', scan, probability);
  log(`wrote a mask of ${mask.reduce((sum, value) => sum + value, 0)} voxels and a map`);
}
