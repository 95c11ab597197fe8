/** Example algorithm: finds no lesion, ever. What a score is worth shows against it. */
import { runAlgorithm } from './contracts/run.ts';

runAlgorithm('empty', (scan) => new Uint8Array(scan.values.length));
