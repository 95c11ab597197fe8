/** Example algorithm of the task tissue-labels: thresholds between the tissues after correcting the bias. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { labelTissues } from './tissues.ts';
import { writeTissues } from './write-tissues.ts';

runCases('tissue-labels/thresholds', (folder) => writeTissues(folder, labelTissues));
