import { TeamFault } from '#lib/domain/codes.ts';
import type { Volume } from '#runner/imaging/volume.ts';

/**
 * Average precision of a probability map against the truth: Σ (Rₙ − Rₙ₋₁)·Pₙ over descending thresholds, without
 * interpolation; voxels of equal probability are one step. Without a true lesion: 1 if the map is below 0.5
 * everywhere, else 0.
 *
 * @param truth one byte a voxel, not 0 where it is lesion, on the map's grid.
 * @throws TeamFault NOT_FINITE, or UNREADABLE where a value lies outside [0, 1].
 */
export function averagePrecision(truth: Uint8Array, map: Volume): number {
  const scores = probabilitiesOf(map);
  let lesionCount = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i] !== 0) lesionCount++;
  if (lesionCount === 0) return scores.every((score) => score < 0.5) ? 1 : 0;
  const lesion = new Float64Array(lesionCount);
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0, k = 0; i < truth.length; i++) {
    if (truth[i] === 0) continue;
    lesion[k++] = scores[i]!;
    lowest = Math.min(lowest, scores[i]!);
  }
  // Background below every lesion voxel comes after recall has reached 1, where nothing is added any more;
  // background at 0 is one step, so it is counted and not sorted.
  const background: number[] = [];
  let zeros = 0;
  for (let i = 0; i < truth.length; i++) {
    const score = scores[i]!;
    if (truth[i] !== 0 || score < lowest) continue;
    if (score === 0) zeros++;
    else background.push(score);
  }
  return sumSteps(lesion.sort(), Float64Array.from(background).sort(), zeros);
}

/** Both ascending; `zeros` more background voxels have the score 0. */
function sumSteps(lesion: Float64Array, background: Float64Array, zeros: number): number {
  let sum = 0;
  let l = lesion.length;
  let b = background.length;
  while (l > 0) {
    const score = lesion[l - 1]!;
    const before = l;
    while (l > 0 && lesion[l - 1] === score) l--;
    while (b > 0 && background[b - 1]! >= score) b--;
    const hits = lesion.length - l;
    const alarms = background.length - b + (score === 0 ? zeros : 0);
    sum += ((before - l) * hits) / (hits + alarms);
  }
  return sum / lesion.length;
}

function probabilitiesOf({ data, slope, intercept }: Volume): Float64Array {
  const scores = new Float64Array(data.length);
  for (let i = 0; i < scores.length; i++) {
    const score = Number(data[i]!) * slope + intercept;
    if (!(score >= 0 && score <= 1)) throw notAProbability(score, i);
    scores[i] = score;
  }
  return scores;
}

function notAProbability(score: number, index: number): TeamFault {
  if (!Number.isFinite(score)) {
    return new TeamFault('NOT_FINITE', `The probability map holds ${score} (voxel ${index} of the file).`);
  }
  return new TeamFault(
    'UNREADABLE',
    `The probability map holds ${score} (voxel ${index} of the file): probabilities lie between 0 and 1.`,
  );
}
