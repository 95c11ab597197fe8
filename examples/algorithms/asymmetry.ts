/** Example algorithm: darker than the other side, and more so than the other side is irregular. */
import { segmentByAsymmetry } from './asymmetry-segmentation.ts';
import { runAlgorithm } from './contracts/run.ts';

runAlgorithm('asymmetry', segmentByAsymmetry);
