import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import {
  axisOrder,
  GRID_TOLERANCE_MM,
  gridDistance,
  reorderGrid,
  reorderVolume,
} from '#runner/imaging/grid.ts';
import { readVolume } from '#runner/imaging/read.ts';
import type { ReadLimits, Volume } from '#runner/imaging/volume.ts';
import { type RunLengths, runLengthsOf } from './geometry/run-lengths.ts';

/** A mask, prepared for scoring. */
export interface CaseMask {
  volume: Volume;
  runLengths: RunLengths;
}

/** Reads a mask from a file. Throws SubmissionError. */
export function readMask(bytes: Uint8Array, limits: ReadLimits): CaseMask {
  return maskOf(readVolume(bytes, limits));
}

export function maskOf(volume: Volume): CaseMask {
  return { volume, runLengths: runLengthsOf(volume) };
}

/**
 * Returns `volume` on the grid of the truth: unchanged, or with reordered axes if it stores the same points
 * of the world in another order.
 *
 * @throws SubmissionError SHAPE or AFFINE, with both shapes or the distance in mm.
 */
export function toTruthGrid(volume: Volume, truth: Volume): Volume {
  const asStored = gridDistance(truth, volume);
  if (asStored !== null && asStored <= GRID_TOLERANCE_MM) return volume;
  const order = axisOrder(volume, truth);
  const reordered = order === null ? null : gridDistance(truth, reorderGrid(volume, order));
  if (order !== null && reordered !== null && reordered <= GRID_TOLERANCE_MM)
    return reorderVolume(volume, order);
  const distance = reordered ?? asStored;
  if (distance === null) {
    throw new SubmissionError(
      'SHAPE',
      `The output has ${volume.shape.join(' × ')} voxels, but the scan has ${truth.shape.join(' × ')}.`,
    );
  }
  throw new SubmissionError(
    'AFFINE',
    `A corner of the output’s grid is ${distance.toPrecision(3)} mm from the scan’s; at most ${GRID_TOLERANCE_MM} mm is allowed.`,
  );
}
