/** Example algorithm of the task isles26: compares the two sides of the brain, on any grid. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { segmentNative } from './native-lesions.ts';
import { writeLesions } from './write-lesions.ts';

runCases('isles26/asymmetry', (folder) => writeLesions(folder, segmentNative));
