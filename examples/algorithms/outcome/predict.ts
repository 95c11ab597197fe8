import { z } from 'zod';
import { segmentByAsymmetry } from '#examples/algorithms/asymmetry-segmentation.ts';
import { type Scan, voxelMl } from '#examples/algorithms/volumes/volume.ts';

/** The outputs of the task outcome. */
export interface Prediction {
  /** Points, 0 to 66. */
  score: number;
  /** Probability. */
  walks: number;
}

export const patientSchema = z.object({ age: z.number(), initialScore: z.number() });
export type Patient = z.infer<typeof patientSchema>;

const MAX_SCORE = 66;

/**
 * A linear rule: patients regain a share of the points that they lost, and the share falls with the volume of the
 * lesion and with age.
 */
export function predictRecovery({ age, initialScore }: Patient, lesionMl: number): Prediction {
  const share = 0.68 - 0.06 * Math.log1p(lesionMl) - 0.004 * (age - 65);
  const score = initialScore + Math.max(0.05, Math.min(0.95, share)) * (MAX_SCORE - initialScore);
  return { score, walks: 1 / (1 + Math.exp(-(score - 53) / 5)) };
}

/** ml of the lesions that the sides of the brain show. */
export function lesionVolumeMl(scan: Scan): number {
  return segmentByAsymmetry(scan).reduce((sum, value) => sum + value, 0) * voxelMl(scan);
}
