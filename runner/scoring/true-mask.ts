import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { readVolume } from '#runner/imaging/read.ts';
import type { ReadLimits, Volume } from '#runner/imaging/volume.ts';
import { type CaseMask, maskOf } from './case-mask.ts';
import { labelRunLengthsOf } from './geometry/label-run-lengths.ts';
import type { LabelledMask } from './label-metrics.ts';

/** Reads a true mask. Every problem with it is a platform error. */
export function readTruth(bytes: Uint8Array, limits: ReadLimits): CaseMask {
  return usable(bytes, limits, maskOf);
}

/** Reads a true mask with labels. Every problem with it is a platform error. */
export function readTrueLabels(
  bytes: Uint8Array,
  labels: readonly MaskLabel[],
  limits: ReadLimits,
): LabelledMask {
  return usable(bytes, limits, (volume) => ({
    volume,
    runLengths: labelRunLengthsOf(
      volume,
      labels.map(({ value }) => value),
    ),
  }));
}

function usable<Mask>(bytes: Uint8Array, limits: ReadLimits, prepare: (volume: Volume) => Mask): Mask {
  try {
    const volume = readVolume(bytes, limits);
    const mask = prepare(volume);
    if (!(Math.abs(determinant(volume.affine)) > 0)) throw new Error('its affine is not invertible');
    return mask;
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`The true mask can't be used: ${message}`, { cause: error });
  }
}
