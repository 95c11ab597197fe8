/** The baseline of the task stroke-multimodal: never predicts an infarct. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { writeInfarcts } from './write-infarcts.ts';

runCases('stroke-multimodal/empty', (folder) =>
  writeInfarcts(folder, ({ values }) => new Uint8Array(values.length)),
);
