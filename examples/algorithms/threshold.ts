/**
 * Example algorithm: marks voxels as dark as CSF, except ventricles and sulci, recognized by position and
 * shape.
 */

import { runAlgorithm } from './contracts/run.ts';
import { segmentHypointense } from './hypointense-segmentation.ts';

runAlgorithm('threshold', segmentHypointense);
