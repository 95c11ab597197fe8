/** Numbers of voxels in the truth, the prediction, both, and the grid; volume of a voxel in ml. */
export interface VoxelCounts {
  truth: number;
  prediction: number;
  both: number;
  grid: number;
  voxelMl: number;
}

export interface VoxelMetrics {
  dice: number;
  volume_difference: number;
  volume_difference_voxels: number;
  precision: number;
  sensitivity: number | null;
  specificity: number | null;
}

/** Metrics based only on counts, with the rules for empty masks (lib/domain/metrics/metrics.ts). */
export function voxelMetrics({ truth, prediction, both, grid, voxelMl }: VoxelCounts): VoxelMetrics {
  const bothEmpty = truth === 0 && prediction === 0;
  const difference = Math.abs(prediction - truth);
  const background = grid - truth;
  return {
    dice: bothEmpty ? 1 : (2 * both) / (truth + prediction),
    volume_difference: difference * voxelMl,
    volume_difference_voxels: difference,
    precision: bothEmpty ? 1 : prediction === 0 ? 0 : both / prediction,
    sensitivity: bothEmpty ? 1 : truth === 0 ? null : both / truth,
    specificity: background === 0 ? null : (background - (prediction - both)) / background,
  };
}
