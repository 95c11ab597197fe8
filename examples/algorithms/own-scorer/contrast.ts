/** Example algorithm of the task own-scorer: bright and dark cells against the background around them. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { labelCells } from './cells.ts';
import { writeLabels } from './write-labels.ts';

runCases('own-scorer/contrast', (folder) => writeLabels(folder, labelCells));
