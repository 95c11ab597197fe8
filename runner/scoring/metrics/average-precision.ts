import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Volume } from '#runner/imaging/volume.ts';
import type { RunLengths } from '#runner/scoring/geometry/run-lengths.ts';

/** [0, 1] is divided into this many bins, which narrow down the binary search for a score. */
const BINS = 65_536;

/**
 * Average precision of a probability map: Σ (Rₙ − Rₙ₋₁)·Pₙ over descending thresholds, without interpolation;
 * voxels with equal probability form one step. Without a true lesion: 1 if the map is below 0.5 everywhere,
 * otherwise 0.
 * @param map on the grid of the truth.
 * @throws SubmissionError NOT_FINITE, or UNREADABLE if a value is outside [0, 1].
 */
export function averagePrecision(truth: RunLengths, map: Volume): number {
  const scores = probabilitiesOf(map);
  if (truth.voxels === 0) return scores.every((score) => score < 0.5) ? 1 : 0;
  const lesion = takeLesionScores(truth, scores);
  const steps = stepsOf(lesion.sort());
  const falsePositives = countFalsePositives(steps.score, scores);
  let sum = 0;
  let hits = 0;
  let predicted = 0;
  for (let step = steps.score.length - 1; step >= 0; step--) {
    hits += steps.hits[step]!;
    predicted += steps.hits[step]! + falsePositives[step]!;
    sum += (steps.hits[step]! * hits) / predicted;
  }
  return sum / truth.voxels;
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

/** Counts for each step the background voxels with a score at or above it and below the next. */
function countFalsePositives(steps: Float64Array, scores: Float64Array): Float64Array {
  const falsePositives = new Float64Array(steps.length);
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
    falsePositives[low - 1]! += 1;
  }
  return falsePositives;
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
