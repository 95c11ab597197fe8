/**
 * Example algorithm: marks voxels that are darker than the opposite side by more than the usual asymmetry.
 */
import { segmentByAsymmetry } from './asymmetry-segmentation.ts';
import { runAlgorithm } from './contracts/run.ts';

runAlgorithm('asymmetry', segmentByAsymmetry);
