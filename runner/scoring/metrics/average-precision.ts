import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Volume } from '#runner/imaging/volume.ts';
import type { Runs } from '#runner/scoring/geometry/run-lengths.ts';

/** Scores are looked up in this many equal parts of [0, 1] before they are searched for. */
const PARTS = 65_536;

/**
 * Average precision of a probability map against the truth: Σ (Rₙ − Rₙ₋₁)·Pₙ over descending thresholds, without
 * interpolation; voxels of equal probability are one step. Without a true lesion: 1 if the map is below 0.5
 * everywhere, else 0.
 *
 * @param map on the grid of the truth.
 * @throws SubmissionError NOT_FINITE, or UNREADABLE where a value lies outside [0, 1].
 */
export function averagePrecision(truth: Runs, map: Volume): number {
  const scores = probabilitiesOf(map);
  if (truth.voxels === 0) return scores.every((score) => score < 0.5) ? 1 : 0;
  const lesion = takeLesionScores(truth, scores);
  const steps = stepsOf(lesion.sort());
  const alarms = countAlarms(steps.score, scores);
  let sum = 0;
  let hits = 0;
  let called = 0;
  for (let step = steps.score.length - 1; step >= 0; step--) {
    hits += steps.hits[step]!;
    called += steps.hits[step]! + alarms[step]!;
    sum += (steps.hits[step]! * hits) / called;
  }
  return sum / truth.voxels;
}

/** Takes the scores of the lesion's voxels out (they become −1, below every step) and gives them. */
function takeLesionScores({ shape, row, start, end, voxels }: Runs, scores: Float64Array): Float64Array {
  const taken = new Float64Array(voxels);
  let count = 0;
  for (let run = 0; run < row.length; run++) {
    const from = row[run]! * shape[0] + start[run]!;
    const to = row[run]! * shape[0] + end[run]!;
    taken.set(scores.subarray(from, to), count);
    scores.fill(-1, from, to);
    count += to - from;
  }
  return taken;
}

/** The distinct scores of lesion voxels, ascending, and how many voxels have each. Recall changes there alone. */
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

/** Per step: background voxels whose score lies at or above it and below the next. */
function countAlarms(steps: Float64Array, scores: Float64Array): Float64Array {
  const alarms = new Float64Array(steps.length);
  // First step in or behind each part.
  const firstStep = new Int32Array(PARTS + 2);
  for (let part = 0, step = 0; part < firstStep.length; part++) {
    while (step < steps.length && Math.floor(steps[step]! * PARTS) < part) step++;
    firstStep[part] = step;
  }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score < steps[0]!) continue;
    const part = Math.floor(score * PARTS);
    let low = firstStep[part]!;
    let high = firstStep[part + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (steps[middle]! <= score) low = middle + 1;
      else high = middle;
    }
    alarms[low - 1]! += 1;
  }
  return alarms;
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
    return new SubmissionError('NOT_FINITE', `It holds ${score} (voxel ${index} of the file).`);
  }
  return new SubmissionError(
    'UNREADABLE',
    `It holds ${score} (voxel ${index} of the file): probabilities lie between 0 and 1.`,
  );
}
