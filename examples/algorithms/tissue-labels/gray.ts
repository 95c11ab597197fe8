/** The baseline of the task tissue-labels: the whole brain is gray matter, the largest tissue. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { GRAY } from './tissues.ts';
import { writeTissues } from './write-tissues.ts';

runCases('tissue-labels/gray', (folder) =>
  writeTissues(folder, ({ values }) => Uint8Array.from(values, (value) => (value > 0 ? GRAY : 0))),
);
