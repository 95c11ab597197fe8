import type { CaseFolder } from '#examples/algorithms/contracts/case-folder.ts';
import { log } from '#examples/algorithms/contracts/log.ts';
import type { Prediction } from './predict.ts';

export function writePrediction(folder: CaseFolder, { score, walks }: Prediction): void {
  folder.writeValue('upper-limb-score.json', score);
  folder.writeValue('walks-independently.json', walks);
  log(`wrote ${score.toFixed(1)} points, and walking with a probability of ${walks.toFixed(2)}`);
}
