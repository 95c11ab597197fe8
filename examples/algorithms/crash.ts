/**
 * Example algorithm: `threshold` with a bug that testing on a few scans did not reveal. Its list of dark
 * voxels has a fixed length, so it fails on brains with wide ventricles or a large lesion.
 */

import { runAlgorithm } from './contracts/run.ts';
import { segmentHypointense } from './hypointense-segmentation.ts';

const LIST_LENGTH = 4000;

runAlgorithm('crash', (scan) =>
  segmentHypointense(scan, (darkVoxels) => {
    if (darkVoxels > LIST_LENGTH) {
      throw new RangeError(`${darkVoxels} dark voxels do not fit into a list of ${LIST_LENGTH}`);
    }
  }),
);
