import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { inMm } from '#runner/imaging/canonical.ts';
import { reorderVolume } from '#runner/imaging/grid.ts';
import { hasNoGeometry } from '#runner/imaging/readings.ts';
import { matchGrids } from '#runner/imaging/same-grid.ts';
import { hasMillimetres, type Volume } from '#runner/imaging/volume.ts';
import { type RunLengths, runLengthsOf } from './geometry/run-lengths.ts';

/** A mask, prepared for scoring. */
export interface CaseMask {
  volume: Volume;
  runLengths: RunLengths;
}

/** Throws SubmissionError. */
export function maskOf(volume: Volume): CaseMask {
  return { volume, runLengths: runLengthsOf(volume) };
}

export interface GridRules {
  /** Whether a header without any geometry stands for the truth's grid, voxel by voxel as stored. */
  acceptsMissingGeometry: boolean;
}

/**
 * Returns `volume` on the grid of the truth: unchanged, or with reordered axes if it stores the same points
 * of the world in another order. runner/imaging/same-grid.ts says when two grids are the same; pictures are on one
 * grid if they have the same size.
 *
 * @throws SubmissionError SHAPE or AFFINE, with both shapes or the distance in mm.
 */
export function toTruthGrid(volume: Volume, truth: Volume, rules: GridRules): Volume {
  if (!hasMillimetres(truth)) return toPicture(volume, truth);
  const match = matchGrids(volume, truth);
  if (match.kind === 'same') return reorderVolume(volume, match.order);
  const lacksGeometry = hasNoGeometry(volume);
  const hasShape = volume.shape.every((size, axis) => size === truth.shape[axis]);
  if (rules.acceptsMissingGeometry && lacksGeometry && hasShape) return volume;
  if (match.kind === 'otherShape') {
    throw new SubmissionError(
      'SHAPE',
      `The output has ${volume.shape.join(' × ')} voxels, but the input image has ${truth.shape.join(' × ')}.`,
    );
  }
  if (match.kind === 'ambiguous') {
    throw new SubmissionError(
      'AFFINE',
      `The headers of the output and the input image are ambiguous: ${match.readers.join(' and ')} see the output’s axes in different orders. Write one position: the same qform and sform.`,
    );
  }
  const hint = lacksGeometry ? ' The output’s header holds no position at all.' : '';
  throw new SubmissionError(
    'AFFINE',
    `A corner of the output’s grid is ${inMm(match.distance)} from the input image’s; at most ${inMm(match.tolerance)} is allowed.${hint}`,
  );
}

/** Two pictures are on one grid if they have the same size. */
function toPicture(volume: Volume, truth: Volume): Volume {
  if (!volume.shape.every((size, axis) => size === truth.shape[axis])) {
    throw new SubmissionError(
      'SHAPE',
      `The output has ${sizeOf(volume)} pixels, but the image has ${sizeOf(truth)}.`,
    );
  }
  if (!hasMillimetres(volume) || hasNoGeometry(volume)) return volume;
  throw new SubmissionError(
    'AFFINE',
    'The header of the output gives it a position in space, but the image is a picture without one. Write a .png or .tif file.',
  );
}

function sizeOf({ shape: [width, height, depth] }: Volume): string {
  return depth === 1 ? `${width} × ${height}` : `${width} × ${height} × ${depth}`;
}
