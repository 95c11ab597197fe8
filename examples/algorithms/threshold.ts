/** Example algorithm: what is as dark as CSF, but is neither a ventricle nor a sulcus by its place and form. */

import { runAlgorithm } from './contracts/run.ts';
import { segmentHypointense } from './hypointense-segmentation.ts';

runAlgorithm('threshold', segmentHypointense);
