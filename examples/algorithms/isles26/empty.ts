/** The baseline of the task isles26: never predicts a lesion, and is equally unsure everywhere. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { writeLesions } from './write-lesions.ts';

runCases('isles26/empty', (folder) =>
  writeLesions(folder, ({ values: { length } }) => ({
    mask: new Uint8Array(length),
    probability: new Float32Array(length),
  })),
);
