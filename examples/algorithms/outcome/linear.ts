/** Example algorithm of the task outcome: a linear rule from lesion volume, age and first score. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { lesionVolumeMl, patientSchema, predictRecovery } from './predict.ts';
import { writePrediction } from './write-prediction.ts';

runCases('outcome/linear', (folder) => {
  const patient = patientSchema.parse({
    age: folder.value('age'),
    initialScore: folder.value('initial-upper-limb-score'),
  });
  writePrediction(folder, predictRecovery(patient, lesionVolumeMl(folder.image('t1-brain-mri'))));
});
