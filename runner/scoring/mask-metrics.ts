import type { MetricName } from '#lib/domain/metrics/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { hasMillimetres, type Volume, voxelCount } from '#runner/imaging/volume.ts';
import type { Components } from './geometry/components.ts';
import type { RunLengths } from './geometry/run-lengths.ts';
import { lesionMetrics } from './metrics/lesion-metrics.ts';
import { overlapsOf } from './metrics/overlap.ts';
import { surfaceMetrics } from './metrics/surface-metrics.ts';
import { voxelMetrics } from './metrics/voxel-metrics.ts';

/** One of two masks that are compared: all foreground, or the voxels of one label. */
export interface MaskWithLesions {
  runLengths: RunLengths;
  lesions: Components;
}

const SURFACE = ['hd95', 'hd', 'assd', 'nsd_1mm', 'nsd_2mm'] as const;

/**
 * The metrics of two masks that don't depend on a probability map, in float64, unrounded; those that cost time are
 * there only if they are requested. A picture has no distances, because its pixels have no size.
 *
 * @param grid of the truth.
 */
export function maskMetrics(
  truth: MaskWithLesions,
  prediction: MaskWithLesions,
  grid: Pick<Volume, 'shape' | 'spacing' | 'affine' | 'format'>,
  requested: ReadonlySet<MetricName>,
): Partial<Record<MetricName, number | null>> {
  const overlaps = overlapsOf(truth.runLengths, truth.lesions, prediction.runLengths, prediction.lesions);
  const hasMm = hasMillimetres(grid);
  const { volume_difference, ...counts } = voxelMetrics({
    truth: truth.runLengths.voxels,
    prediction: prediction.runLengths.voxels,
    both: overlaps.voxels.reduce((sum, voxels) => sum + voxels, 0),
    grid: voxelCount(grid.shape),
    voxelMl: Math.abs(determinant(grid.affine)) / 1000,
  });
  return {
    ...counts,
    ...lesionMetrics(truth.lesions, prediction.lesions, overlaps, (name) => requested.has(name)),
    ...(hasMm && { volume_difference }),
    ...(hasMm &&
      SURFACE.some((name) => requested.has(name)) &&
      surfaceMetrics(truth.runLengths, prediction.runLengths, grid.spacing)),
  };
}
