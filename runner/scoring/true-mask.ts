import { determinant } from '#runner/imaging/affine.ts';
import type { ReadLimits } from '#runner/imaging/volume.ts';
import { type CaseMask, readMask } from './case-mask.ts';

/** Reads a true mask. Every problem with it is a platform error. */
export function readTruth(bytes: Uint8Array, limits: ReadLimits): CaseMask {
  try {
    const mask = readMask(bytes, limits);
    if (!(Math.abs(determinant(mask.volume.affine)) > 0)) throw new Error('its affine is not invertible');
    return mask;
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`The true mask can't be used: ${message}`, { cause: error });
  }
}
