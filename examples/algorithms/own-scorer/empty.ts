/** The baseline of the task own-scorer: finds no cell. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { writeLabels } from './write-labels.ts';

runCases('own-scorer/empty', (folder) => writeLabels(folder, ({ values }) => new Uint8Array(values.length)));
