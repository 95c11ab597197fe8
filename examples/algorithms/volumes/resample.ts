import { applyAffine, invertAffine, multiplyAffines } from '#runner/imaging/affine.ts';
import { perAxis, type Scan, sample, type Triple } from './volume.ts';

type Grid = Pick<Scan, 'shape' | 'affine'>;

/** Trilinear interpolation of values on one grid at the voxels of another; 0 outside. */
export function resample(values: Float32Array, from: Grid, to: Grid): Float32Array {
  const inverse = invertAffine(from.affine);
  if (!inverse) throw new Error('The grid has no inverse.');
  const matrix = multiplyAffines(inverse, to.affine);
  const [width, height, depth] = to.shape;
  const resampled = new Float32Array(width * height * depth);
  let voxel = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const [x, y, z] = applyAffine(matrix, 0, j, k);
      for (let i = 0; i < width; i++, voxel++) {
        resampled[voxel] = sample(
          values,
          from.shape,
          x + matrix[0]! * i,
          y + matrix[4]! * i,
          z + matrix[8]! * i,
        );
      }
    }
  }
  return resampled;
}

/** A scan on a grid with axes to the right, the front and the top, and cubes of `mm`, that holds all its voxels. */
export function alignToBody(scan: Scan, mm: number): Scan {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    const [i, j, k] = perAxis((axis) => ((corner >> axis) & 1 ? scan.shape[axis] - 1 : 0));
    return applyAffine(scan.affine, i, j, k);
  });
  const low = perAxis((axis) => Math.min(...corners.map((corner) => corner[axis])));
  const high = perAxis((axis) => Math.max(...corners.map((corner) => corner[axis])));
  const shape: Triple = perAxis((axis) => Math.floor((high[axis] - low[axis]) / mm) + 1);
  const affine = [mm, 0, 0, low[0], 0, mm, 0, low[1], 0, 0, mm, low[2], 0, 0, 0, 1];
  const grid = { shape, affine };
  return { ...grid, spacing: [mm, mm, mm], values: resample(scan.values, scan, grid) };
}
