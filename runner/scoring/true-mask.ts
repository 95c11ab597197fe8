import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { readVolume } from '#runner/imaging/read.ts';
import type { ReadLimits, Volume } from '#runner/imaging/volume.ts';
import { type CaseMask, maskOf } from './case-mask.ts';
import { labelRunLengthsOf } from './geometry/label-run-lengths.ts';
import type { LabelledMask } from './label-metrics.ts';

/** Reads a true mask. Every problem with it is a platform error. */
export function readTruth(bytes: Uint8Array, limits: ReadLimits): CaseMask {
  return usable(() => maskOf(readVolume(bytes, limits)));
}

/** Reads a true mask with labels. Every problem with it is a platform error. */
export function readTrueLabels(
  bytes: Uint8Array,
  labels: readonly MaskLabel[],
  limits: ReadLimits,
): LabelledMask {
  return usable(() => labelledMaskOf(readVolume(bytes, limits), labels));
}

/** The same of a mask in memory. */
export function trueLabelsOf(volume: Volume, labels: readonly MaskLabel[]): LabelledMask {
  return usable(() => labelledMaskOf(volume, labels));
}

function labelledMaskOf(volume: Volume, labels: readonly MaskLabel[]): LabelledMask {
  const values = labels.map(({ value }) => value);
  return { volume, runLengths: labelRunLengthsOf(volume, values) };
}

function usable<Mask extends { volume: Volume }>(prepare: () => Mask): Mask {
  try {
    const mask = prepare();
    if (!(Math.abs(determinant(mask.volume.affine)) > 0)) throw new Error('its affine is not invertible');
    return mask;
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`The true mask can't be used: ${message}`, { cause: error });
  }
}
