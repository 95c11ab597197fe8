/** Example algorithm: never predicts a lesion. A baseline for the scores of others. */
import { runAlgorithm } from './contracts/run.ts';

runAlgorithm('empty', (scan) => new Uint8Array(scan.values.length));
