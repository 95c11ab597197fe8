import { asymmetryFeatures } from './asymmetry-features.ts';
import { ASYMMETRY_WEIGHTS } from './asymmetry-weights.ts';
import { log } from './contracts/log.ts';
import { type Brain, prepareBrain } from './volumes/brain.ts';
import { keepComponents } from './volumes/components.ts';
import { blur } from './volumes/filters.ts';
import { maskOnScan } from './volumes/mask.ts';
import { findMidplane } from './volumes/midplane.ts';
import { type Scan, voxelMl } from './volumes/volume.ts';

/** A component extends down to the first probability and must reach the second somewhere. */
export const EDGE_PROBABILITY = 0.15;
const PEAK_PROBABILITY = 0.8;
const MIN_ML = 0.16;

/** Likely lesions on the grid of the brain. */
export interface FoundLesions {
  brain: Brain;
  probability: Float32Array;
  /** The probability inside the lesions, 0 outside of them. A lesion is where it exceeds EDGE_PROBABILITY. */
  inLesions: Float32Array;
}

/** Compares the brain with its mirror image and keeps likely lesions. */
export function segmentByAsymmetry(scan: Scan): Uint8Array {
  const { brain, inLesions } = findLesions(scan);
  return maskOnScan(inLesions, EDGE_PROBABILITY, brain, scan);
}

/** What segmentByAsymmetry puts on the grid of the scan, with the probabilities. */
export function findLesions(scan: Scan): FoundLesions {
  const brain = prepareBrain(scan);
  const { csf, gray, white } = brain.tissue;
  log(
    `brain: ${brain.volumeMl.toFixed(0)} ml; CSF ${csf.toFixed(2)}, gray ${gray.toFixed(2)}, white ${white.toFixed(2)}`,
  );
  const probability = lesionProbability(brain);
  const above = Uint8Array.from(probability, (value) => (value > EDGE_PROBABILITY ? 1 : 0));
  const lesion = keepComponents(above, brain.shape, (voxels) => {
    const peak = voxels.reduce((highest, voxel) => Math.max(highest, probability[voxel]!), 0);
    return peak > PEAK_PROBABILITY && voxels.length * voxelMl(brain) >= MIN_ML;
  });
  log(`components: ${lesion.kept} of ${lesion.found} kept`);
  return {
    brain,
    probability,
    inLesions: probability.map((value, voxel) => value * lesion.mask[voxel]!),
  };
}

/** Logistic regression on the features of each candidate voxel, slightly smoothed. */
function lesionProbability(brain: Brain): Float32Array {
  const plane = findMidplane(brain);
  const normal = plane.normal.map((part) => part.toFixed(3)).join(', ');
  log(
    `mid-sagittal plane: normal ${normal}, ${plane.offset.toFixed(1)} mm, mean difference ${plane.difference.toFixed(3)}`,
  );
  const { candidates, values } = asymmetryFeatures(brain, plane);
  log(`candidates: ${candidates.length} voxels`);
  const probability = new Float32Array(brain.mask.length);
  const { intercept, features } = ASYMMETRY_WEIGHTS;
  for (const voxel of candidates) {
    let logit = intercept;
    for (let feature = 0; feature < features.length; feature++) {
      logit += features[feature]! * values[feature]![voxel]!;
    }
    probability[voxel] = 1 / (1 + Math.exp(-logit));
  }
  return blur(probability, brain.shape, [0.5, 0.5, 0.5]);
}
