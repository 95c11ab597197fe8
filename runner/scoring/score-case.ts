import { SubmissionError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { METRIC_NAMES, type MetricName, type TruthExtent } from '#lib/domain/metrics/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, voxelCount } from '#runner/imaging/volume.ts';
import { type CaseMask, maskOf, onTruthGrid } from './case-mask.ts';
import { type Components, type Connectivity, componentsOf } from './geometry/components.ts';
import { averagePrecision } from './metrics/average-precision.ts';
import { type LesionMetrics, lesionMetrics } from './metrics/lesion-metrics.ts';
import { overlapsOf } from './metrics/overlap.ts';
import { surfaceMetrics } from './metrics/surface-metrics.ts';
import { voxelMetrics } from './metrics/voxel-metrics.ts';
import { readTruth } from './true-mask.ts';
import { truthExtent } from './truth-facts.ts';

export interface ScoringJob {
  /** The files as they are: `.nii`, `.nii.gz` or `.mha`. */
  truth: Uint8Array;
  prediction: Uint8Array;
  /** Left out where the phase takes no maps; null where it does and none came. */
  probabilityMap?: Uint8Array | null;
  connectivity: Connectivity;
  /** Metrics to compute; all where left out. */
  metrics?: readonly MetricName[];
}

/** Every metric of the registry; null also for those that were not asked for. */
export type CaseMetrics = Record<MetricName, number | null>;

export type CaseOutcome =
  | { status: 'scored'; metrics: CaseMetrics; truth: TruthExtent }
  | { status: 'rejected'; code: SubmissionErrorCode; message: string; truth: TruthExtent };

/**
 * Score one case: read both files, bring the prediction onto the truth's grid and compute the metrics of
 * scoring.md in float64, unrounded. What is wrong with the team's files comes back as `rejected`. Either way the
 * truth's extent is told: what worst values and dropped cases follow from.
 *
 * @throws Error where the truth can't be used: the platform's fault, never the team's.
 */
export function scoreCase(job: ScoringJob, limits: ReadLimits = DEFAULT_READ_LIMITS): CaseOutcome {
  const truth = readTruth(job.truth, limits);
  const truthLesions = componentsOf(truth.runs, job.connectivity);
  const extent = truthExtent(truth, truthLesions);
  try {
    const prediction = maskOf(onTruthGrid(readVolume(job.prediction, limits), truth.volume));
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
  const wanted = new Set(job.metrics ?? METRIC_NAMES);
  const wants = (...names: MetricName[]) => names.some((name) => wanted.has(name));
  const { spacing, affine } = truth.volume;
  const predictedLesions = componentsOf(prediction.runs, job.connectivity);
  const overlaps = overlapsOf(truth.runs, truthLesions, prediction.runs, predictedLesions);
  const values: Partial<CaseMetrics> = {
    ...voxelMetrics({
      truth: truth.runs.voxels,
      prediction: prediction.runs.voxels,
      both: overlaps.voxels.reduce((sum, voxels) => sum + voxels, 0),
      grid: voxelCount(truth.volume.shape),
      voxelMl: Math.abs(determinant(affine)) / 1000,
    }),
    ...(lesionMetrics(truthLesions, predictedLesions, overlaps) satisfies LesionMetrics),
    ...(wants('hd95', 'hd', 'assd', 'nsd_1mm', 'nsd_2mm') &&
      surfaceMetrics(truth.runs, prediction.runs, spacing)),
    pr_auc: wants('pr_auc') ? mapMetric(truth, job.probabilityMap, limits) : null,
  };
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, wanted.has(name) ? (values[name] ?? null) : null]),
  ) as CaseMetrics;
}

/** A map that came must be one: what is wrong with it rejects the case, as with a mask. */
function mapMetric(truth: CaseMask, map: Uint8Array | null | undefined, limits: ReadLimits): number | null {
  if (map === undefined) return null;
  if (map === null) return 0;
  try {
    return averagePrecision(truth.runs, onTruthGrid(readVolume(map, limits), truth.volume));
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    throw new SubmissionError(error.code, `The probability map can't be used. ${error.message}`);
  }
}
