import { EDGE_PROBABILITY, findLesions } from '#examples/algorithms/asymmetry-segmentation.ts';
import { alignToBody, resample } from '#examples/algorithms/volumes/resample.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';

/** Fine enough that nothing is lost of a scan that is averaged to 2 mm afterwards. */
const ALIGNED_MM = 1;

/**
 * Lesions of a scan on any grid: found on a grid that is aligned to the body, and put back on the scan's.
 *
 * @returns a mask, and the probability of a lesion in each voxel. Without a lesion, the probability is 0 everywhere:
 * pr_auc_trapezoid rewards a constant map where there is none.
 */
export function segmentNative(scan: Scan): { mask: Uint8Array; probability: Float32Array } {
  const { brain, probability, inLesions } = findLesions(alignToBody(scan, ALIGNED_MM));
  const mask = Uint8Array.from(resample(inLesions, brain, scan), (value) =>
    value > EDGE_PROBABILITY ? 1 : 0,
  );
  const map = mask.includes(1) ? resample(probability, brain, scan) : new Float32Array(mask.length);
  return { mask, probability: map };
}
