/** Example algorithm: what is as dark as CSF, but is neither a ventricle nor a sulcus by its place and form. */

import { segmentHypointense } from './hypointense-segmentation.ts';
import { runAlgorithm } from './run.ts';

runAlgorithm('threshold', segmentHypointense);
