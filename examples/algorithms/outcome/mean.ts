/** The baseline of the task outcome: what patients reach on average, for everyone. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { writePrediction } from './write-prediction.ts';

/** Of 10,000 synthetic patients. */
const MEAN = { score: 55.3, walks: 0.63 };

runCases('outcome/mean', (folder) => writePrediction(folder, MEAN));
