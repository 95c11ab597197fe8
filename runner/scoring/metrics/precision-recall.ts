import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Volume } from '#runner/imaging/volume.ts';
import type { RunLengths } from '#runner/scoring/geometry/run-lengths.ts';

/** [0, 1] is divided into this many bins, which narrow down the binary search for a score. */
const BINS = 65_536;

export interface MapMetrics {
  pr_auc: number;
  pr_auc_trapezoid: number;
}

/**
 * Areas under the precision–recall curve of a probability map, over descending thresholds; voxels with equal
 * probability form one step.
 *
 * pr_auc is average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ without interpolation; without a true lesion it is 1 if the map is
 * below 0.5 everywhere, otherwise 0. pr_auc_trapezoid joins the points of the curve, with (0, 1) before the first,
 * by straight lines, as scikit-learn's auc(recall, precision) does; without a true lesion it is 1 if all values of
 * the map are equal, otherwise 0.
 * @param map on the grid of the truth.
 * @throws SubmissionError NOT_FINITE, or UNREADABLE if a value is outside [0, 1].
 */
export function mapMetrics(truth: RunLengths, map: Volume): MapMetrics {
  const scores = probabilitiesOf(map);
  if (truth.voxels === 0) {
    return {
      pr_auc: scores.every((score) => score < 0.5) ? 1 : 0,
      pr_auc_trapezoid: scores.every((score) => score === scores[0]) ? 1 : 0,
    };
  }
  const lesion = takeLesionScores(truth, scores);
  const steps = stepsOf(lesion.sort());
  return areasOf(steps.hits, countFalsePositives(steps.score, scores), truth.voxels);
}

/** Areas under the curve whose recall rises by `hits` at each step; the highest step is the last. */
function areasOf(hits: Float64Array, falsePositives: FalsePositives, lesionVoxels: number): MapMetrics {
  let steps = 0;
  let trapezoids = 0;
  let found = 0;
  let predicted = 0;
  for (let step = hits.length - 1; step >= 0; step--) {
    // The point before the step: its threshold is the next higher value of the map, of a lesion voxel or not.
    predicted += falsePositives.above[step]!;
    const before = predicted === 0 ? 1 : found / predicted;
    found += hits[step]!;
    predicted += hits[step]! + falsePositives.at[step]!;
    steps += (hits[step]! * found) / predicted;
    trapezoids += (hits[step]! * (before + found / predicted)) / 2;
  }
  return { pr_auc: steps / lesionVoxels, pr_auc_trapezoid: trapezoids / lesionVoxels };
}

/** Removes the scores of the lesion's voxels (they become −1, below every step) and returns them. */
function takeLesionScores(
  { shape, row, start, end, voxels }: RunLengths,
  scores: Float64Array,
): Float64Array {
  const removed = new Float64Array(voxels);
  let count = 0;
  for (let run = 0; run < row.length; run++) {
    const from = row[run]! * shape[0] + start[run]!;
    const to = row[run]! * shape[0] + end[run]!;
    removed.set(scores.subarray(from, to), count);
    scores.fill(-1, from, to);
    count += to - from;
  }
  return removed;
}

/**
 * The distinct scores of lesion voxels, ascending, and the number of voxels with each; recall changes only
 * there.
 */
function stepsOf(sorted: Float64Array): { score: Float64Array; hits: Float64Array } {
  const score = new Float64Array(sorted.length);
  const hits = new Float64Array(sorted.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (count === 0 || sorted[i] !== score[count - 1]) score[count++] = sorted[i]!;
    hits[count - 1]! += 1;
  }
  return { score: score.subarray(0, count), hits: hits.subarray(0, count) };
}

/** Background voxels with the score of each step, and with scores between it and the next higher step. */
interface FalsePositives {
  at: Float64Array;
  above: Float64Array;
}

function countFalsePositives(steps: Float64Array, scores: Float64Array): FalsePositives {
  const at = new Float64Array(steps.length);
  const above = new Float64Array(steps.length);
  // The first step in or after each bin.
  const firstStep = new Int32Array(BINS + 2);
  for (let bin = 0, step = 0; bin < firstStep.length; bin++) {
    while (step < steps.length && Math.floor(steps[step]! * BINS) < bin) step++;
    firstStep[bin] = step;
  }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score < steps[0]!) continue;
    const bin = Math.floor(score * BINS);
    let low = firstStep[bin]!;
    let high = firstStep[bin + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (steps[middle]! <= score) low = middle + 1;
      else high = middle;
    }
    if (steps[low - 1] === score) at[low - 1]! += 1;
    else above[low - 1]! += 1;
  }
  return { at, above };
}

function probabilitiesOf({ data, slope, intercept }: Volume): Float64Array {
  const scores = new Float64Array(data.length);
  for (let i = 0; i < scores.length; i++) {
    const raw = data[i]!;
    const score = (typeof raw === 'bigint' ? Number(raw) : raw) * slope + intercept;
    if (!(score >= 0 && score <= 1)) throw notAProbability(score, i);
    scores[i] = score;
  }
  return scores;
}

function notAProbability(score: number, index: number): SubmissionError {
  if (!Number.isFinite(score)) {
    return new SubmissionError('NOT_FINITE', `It contains ${score} (voxel ${index} of the file).`);
  }
  return new SubmissionError(
    'UNREADABLE',
    `It contains ${score} (voxel ${index} of the file); probabilities must be between 0 and 1.`,
  );
}
