import type { Triple } from './volume.ts';

/**
 * Gaussian blur along each axis, cut off at 3 σ; outside the grid is 0.
 *
 * @param sigma in voxels, per axis.
 */
export function blur(values: Float32Array, shape: Triple, sigma: Triple): Float32Array {
  const [first, second, third] = sigma.map(gaussianKernel) as [number[], number[], number[]];
  const rows = blurAxis(values, shape[0], 1, first);
  const slices = blurAxis(rows, shape[1], shape[0], second);
  return blurAxis(slices, shape[2], shape[0] * shape[1], third);
}

/** Maximum in the cube of 2·radius + 1 voxels per side around each voxel. */
export function maximum(values: Float32Array, shape: Triple, radius: number): Float32Array {
  const rows = maximumAxis(values, shape[0], 1, radius);
  const slices = maximumAxis(rows, shape[1], shape[0], radius);
  return maximumAxis(slices, shape[2], shape[0] * shape[1], radius);
}

/**
 * Gray-scale opening: removes bright structures thinner than the cube and keeps those that contain a whole
 * cube.
 */
export function opening(values: Float32Array, shape: Triple, radius: number): Float32Array {
  const eroded = negated(maximum(negated(values), shape, radius));
  return maximum(eroded, shape, radius);
}

function negated(values: Float32Array): Float32Array {
  const negative = new Float32Array(values.length);
  for (let voxel = 0; voxel < values.length; voxel++) negative[voxel] = -values[voxel]!;
  return negative;
}

/** Half of a Gaussian kernel, from its center outwards; the whole kernel sums to 1. */
function gaussianKernel(sigma: number): number[] {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const weights = Array.from({ length: radius + 1 }, (_, distance) =>
    Math.exp(-0.5 * (distance / sigma) ** 2),
  );
  const sum = weights.reduce((total, weight) => total + 2 * weight, -weights[0]!);
  return weights.map((weight) => weight / sum);
}

/**
 * Blurs along an axis of `size` voxels, `stride` apart in memory: the grid is a list of blocks of size ·
 * stride. Adds whole planes to planes, because neighbors along the axis are far apart in memory and neighbors
 * in a plane aren't.
 */
function blurAxis(values: Float32Array, size: number, stride: number, kernel: number[]): Float32Array {
  const blurred = new Float32Array(values.length);
  const radius = kernel.length - 1;
  for (let start = 0; start < values.length; start += size * stride) {
    for (let to = 0; to < size; to++) {
      const target = start + to * stride;
      for (let from = Math.max(0, to - radius); from <= Math.min(size - 1, to + radius); from++) {
        const weight = kernel[Math.abs(from - to)]!;
        const source = start + from * stride;
        for (let i = 0; i < stride; i++) blurred[target + i]! += weight * values[source + i]!;
      }
    }
  }
  return blurred;
}

function maximumAxis(values: Float32Array, size: number, stride: number, radius: number): Float32Array {
  const largest = values.slice();
  for (let start = 0; start < values.length; start += size * stride) {
    for (let to = 0; to < size; to++) {
      const target = start + to * stride;
      for (let from = Math.max(0, to - radius); from <= Math.min(size - 1, to + radius); from++) {
        const source = start + from * stride;
        for (let i = 0; i < stride; i++) {
          const value = values[source + i]!;
          if (value > largest[target + i]!) largest[target + i] = value;
        }
      }
    }
  }
  return largest;
}
