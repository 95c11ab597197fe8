import { SubmissionError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { METRIC_NAMES, type MetricName, type TruthExtent } from '#lib/domain/metrics/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, type Volume, voxelCount } from '#runner/imaging/volume.ts';
import { type CaseMask, maskOf, toTruthGrid } from './case-mask.ts';
import { type Components, type Connectivity, componentsOf } from './geometry/components.ts';
import { averagePrecision } from './metrics/average-precision.ts';
import { type LesionMetrics, lesionMetrics } from './metrics/lesion-metrics.ts';
import { overlapsOf } from './metrics/overlap.ts';
import { surfaceMetrics } from './metrics/surface-metrics.ts';
import { voxelMetrics } from './metrics/voxel-metrics.ts';
import { readTruth } from './true-mask.ts';
import { truthExtent } from './truth-facts.ts';

export interface ScoringJob {
  /** The original files: `.nii`, `.nii.gz` or `.mha`. */
  truth: Uint8Array;
  prediction: Uint8Array;
  /** Omitted if the phase takes no maps; null if it does and none was submitted. */
  probabilityMap?: Uint8Array | null;
  connectivity: Connectivity;
  /** Default false. */
  acceptsMissingGeometry?: boolean | undefined;
  /** Metrics to compute; all if omitted. */
  metrics?: readonly MetricName[];
}

/** Every metric of the registry; null for those that were not requested. */
export type CaseMetrics = Record<MetricName, number | null>;

export type CaseOutcome =
  | { status: 'scored'; metrics: CaseMetrics; truth: TruthExtent }
  | { status: 'rejected'; code: SubmissionErrorCode; message: string; truth: TruthExtent };

/**
 * Scores one case: reads both files, converts the prediction to the truth's grid and computes the metrics of
 * scoring.md in float64, unrounded. Problems with the team's files are returned as `rejected`. The truth's
 * extent is always returned, because worst values and dropped cases depend on it.
 *
 * @throws Error if the truth can't be used, which is a platform error.
 */
export function scoreCase(job: ScoringJob, limits: ReadLimits = DEFAULT_READ_LIMITS): CaseOutcome {
  const truth = readTruth(job.truth, limits);
  const truthLesions = componentsOf(truth.runLengths, job.connectivity);
  const extent = truthExtent(truth, truthLesions);
  try {
    const prediction = maskOf(readOnGrid(job.prediction, truth, job, limits));
    const metrics = computeMetrics(truth, truthLesions, prediction, job, limits);
    return { status: 'scored', metrics, truth: extent };
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    return { status: 'rejected', code: error.code, message: error.message, truth: extent };
  }
}

function computeMetrics(
  truth: CaseMask,
  truthLesions: Components,
  prediction: CaseMask,
  job: ScoringJob,
  limits: ReadLimits,
): CaseMetrics {
  const requested = new Set(job.metrics ?? METRIC_NAMES);
  const isRequested = (...names: MetricName[]) => names.some((name) => requested.has(name));
  const { spacing, affine } = truth.volume;
  const predictedLesions = componentsOf(prediction.runLengths, job.connectivity);
  const overlaps = overlapsOf(truth.runLengths, truthLesions, prediction.runLengths, predictedLesions);
  const values: Partial<CaseMetrics> = {
    ...voxelMetrics({
      truth: truth.runLengths.voxels,
      prediction: prediction.runLengths.voxels,
      both: overlaps.voxels.reduce((sum, voxels) => sum + voxels, 0),
      grid: voxelCount(truth.volume.shape),
      voxelMl: Math.abs(determinant(affine)) / 1000,
    }),
    ...(lesionMetrics(truthLesions, predictedLesions, overlaps) satisfies LesionMetrics),
    ...(isRequested('hd95', 'hd', 'assd', 'nsd_1mm', 'nsd_2mm') &&
      surfaceMetrics(truth.runLengths, prediction.runLengths, spacing)),
    pr_auc: isRequested('pr_auc') ? mapMetric(truth, job, limits) : null,
  };
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, requested.has(name) ? (values[name] ?? null) : null]),
  ) as CaseMetrics;
}

function readOnGrid(file: Uint8Array, truth: CaseMask, job: ScoringJob, limits: ReadLimits): Volume {
  const { acceptsMissingGeometry = false } = job;
  return toTruthGrid(readVolume(file, limits), truth.volume, { acceptsMissingGeometry });
}

/** A submitted map must be valid: like an invalid mask, an invalid map rejects the case. */
function mapMetric(truth: CaseMask, job: ScoringJob, limits: ReadLimits): number | null {
  const { probabilityMap: map } = job;
  if (map === undefined) return null;
  if (map === null) return 0;
  try {
    return averagePrecision(truth.runLengths, readOnGrid(map, truth, job, limits));
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    throw new SubmissionError(error.code, `The probability map can’t be used. ${error.message}`);
  }
}
