import { SubmissionError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { LabelKey, MaskLabel } from '#lib/domain/metrics/labels.ts';
import { METRIC_NAMES, type MetricName, type TruthExtent } from '#lib/domain/metrics/metrics.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, type Volume } from '#runner/imaging/volume.ts';
import { type CaseMask, maskOf, toTruthGrid } from './case-mask.ts';
import { type Components, type Connectivity, componentsOf } from './geometry/components.ts';
import { labelMetrics } from './label-metrics.ts';
import { maskMetrics } from './mask-metrics.ts';
import { type MapMetrics, mapMetrics } from './metrics/precision-recall.ts';
import { readTrueLabels, readTruth } from './true-mask.ts';
import { labelledExtent, truthExtent, volumeOf } from './truth-facts.ts';

export interface ScoringJob {
  /** The original files: `.nii`, `.nii.gz`, `.mha`, `.png` or `.tif`. */
  truth: Uint8Array;
  prediction: Uint8Array;
  /** Omitted if the phase takes no maps; null if it does and none was submitted. */
  probabilityMap?: Uint8Array | null;
  connectivity: Connectivity;
  /** Default false. */
  acceptsMissingGeometry?: boolean | undefined;
  /** Metrics to compute; all if omitted. */
  metrics?: readonly MetricName[];
  /** If the masks have labels; otherwise every value above 0 is foreground. */
  labels?: readonly MaskLabel[];
}

/**
 * Every metric of the registry; null for those that were not requested. With labels, a metric is the mean over
 * labels, and every requested metric has a value for each label (lib/domain/metrics/labels.ts).
 */
export type CaseMetrics = Record<MetricName, number | null> & Record<LabelKey, number | null>;

/** A mask with labels has no one volume that could be compared with the true one. */
export type CaseOutcome =
  | { status: 'scored'; metrics: CaseMetrics; truth: TruthExtent; predictedVolumeMl: number | null }
  | { status: 'rejected'; code: SubmissionErrorCode; message: string; truth: TruthExtent };

/**
 * Scores one case: reads both files, converts the prediction to the truth's grid and computes the metrics of
 * scoring.md in float64, unrounded. Problems with the team's files are returned as `rejected`. The truth's
 * extent is always returned, because worst values and dropped cases depend on it.
 *
 * @throws Error if the truth can't be used, which is a platform error.
 */
export function scoreCase(job: ScoringJob, limits: ReadLimits = DEFAULT_READ_LIMITS): CaseOutcome {
  return job.labels === undefined ? scoreMask(job, limits) : scoreLabels(job, job.labels, limits);
}

function scoreMask(job: ScoringJob, limits: ReadLimits): CaseOutcome {
  const truth = readTruth(job.truth, limits);
  const truthLesions = componentsOf(truth.runLengths, job.connectivity);
  return outcomeOf(truthExtent(truth, truthLesions), () => {
    const prediction = maskOf(readOnGrid(job.prediction, truth.volume, job, limits));
    return {
      metrics: computeMetrics(truth, truthLesions, prediction, job, limits),
      predictedVolumeMl: volumeOf(truth.volume, prediction.runLengths.voxels).volumeMl,
    };
  });
}

function scoreLabels(job: ScoringJob, labels: readonly MaskLabel[], limits: ReadLimits): CaseOutcome {
  const truth = readTrueLabels(job.truth, labels, limits);
  const extent = labelledExtent(truth, labels, job.connectivity);
  return outcomeOf(extent, () => {
    const prediction = readOnGrid(job.prediction, truth.volume, job, limits);
    const { connectivity } = job;
    const requested = requestedBy(job);
    const values = labelMetrics(truth, prediction, { labels, extent, connectivity, requested });
    return { metrics: completed(values), predictedVolumeMl: null };
  });
}

type Scored = Extract<CaseOutcome, { status: 'scored' }>;

function outcomeOf(
  truth: TruthExtent,
  score: () => Pick<Scored, 'metrics' | 'predictedVolumeMl'>,
): CaseOutcome {
  try {
    return { status: 'scored', ...score(), truth };
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    return { status: 'rejected', code: error.code, message: error.message, truth };
  }
}

function computeMetrics(
  truth: CaseMask,
  truthLesions: Components,
  prediction: CaseMask,
  job: ScoringJob,
  limits: ReadLimits,
): CaseMetrics {
  const requested = requestedBy(job);
  const values = maskMetrics(
    { runLengths: truth.runLengths, lesions: truthLesions },
    { runLengths: prediction.runLengths, lesions: componentsOf(prediction.runLengths, job.connectivity) },
    truth.volume,
    requested,
  );
  const needsMap = requested.has('pr_auc') || requested.has('pr_auc_trapezoid');
  const all: typeof values = { ...values, ...(needsMap && mapMetricsOf(truth, job, limits)) };
  const entries = [...requested].map((name) => [name, all[name] ?? null]);
  return completed(Object.fromEntries(entries));
}

function requestedBy({ metrics }: ScoringJob): ReadonlySet<MetricName> {
  return new Set(metrics ?? METRIC_NAMES);
}

/** With null for the metrics that were not requested, and all metrics first, in the order of the registry. */
function completed(values: Partial<CaseMetrics>): CaseMetrics {
  const metrics = METRIC_NAMES.map((name) => [name, values[name] ?? null]);
  return { ...Object.fromEntries(metrics), ...values };
}

function readOnGrid(file: Uint8Array, truth: Volume, job: ScoringJob, limits: ReadLimits): Volume {
  const { acceptsMissingGeometry = false } = job;
  return toTruthGrid(readVolume(file, limits), truth, { acceptsMissingGeometry });
}

/** A submitted map must be valid: like an invalid mask, an invalid map rejects the case. */
function mapMetricsOf(truth: CaseMask, job: ScoringJob, limits: ReadLimits): MapMetrics | null {
  const { probabilityMap: map } = job;
  if (map === undefined) return null;
  if (map === null) return { pr_auc: 0, pr_auc_trapezoid: 0 };
  try {
    return mapMetrics(truth.runLengths, readOnGrid(map, truth.volume, job, limits));
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    throw new SubmissionError(error.code, `The probability map can’t be used. ${error.message}`);
  }
}
