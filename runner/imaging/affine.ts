/** 4 × 4 matrices as 16 numbers in row order; the last row is always 0 0 0 1. */
export type Affine = readonly number[];

/**
 * Computes the affine of a qform (method 2 of nifti1.h).
 * @param qform quatern_b, c, d and qoffset_x, y, z.
 * @param pixdim pixdim[0] is qfac (−1 flips the third axis), [1..3] the spacing in mm.
 */
export function quaternionAffine(qform: readonly number[], pixdim: readonly number[]): number[] {
  let [b, c, d] = qform as [number, number, number];
  const square = 1 - (b * b + c * c + d * d);
  let a = 0;
  if (square < 1e-7) {
    // Rounding can make the vector part slightly longer than 1, which is a half-turn.
    const length = Math.hypot(b, c, d);
    b /= length;
    c /= length;
    d /= length;
  } else {
    a = Math.sqrt(square);
  }
  const x = pixdim[1]!;
  const y = pixdim[2]!;
  const z = pixdim[3]! * (pixdim[0]! < 0 ? -1 : 1);
  return [
    (a * a + b * b - c * c - d * d) * x,
    2 * (b * c - a * d) * y,
    2 * (b * d + a * c) * z,
    qform[3]!,
    2 * (b * c + a * d) * x,
    (a * a + c * c - b * b - d * d) * y,
    2 * (c * d - a * b) * z,
    qform[4]!,
    2 * (b * d - a * c) * x,
    2 * (c * d + a * b) * y,
    (a * a + d * d - b * b - c * c) * z,
    qform[5]!,
    0,
    0,
    0,
    1,
  ];
}

/**
 * The inverse of quaternionAffine (Shepperd, J. Guidance and Control 1, 1978): quatern_b, c, d, qoffset_x, y,
 * z, and qfac. The columns of `affine` must be at right angles and not 0; their lengths are left to pixdim.
 */
export function affineQuaternion(affine: Affine): { qform: number[]; qfac: 1 | -1 } {
  const qfac = determinant(affine) < 0 ? -1 : 1;
  const r = (row: number, column: number) => {
    const length = Math.hypot(affine[column]!, affine[4 + column]!, affine[8 + column]!);
    return (affine[4 * row + column]! / length) * (column === 2 ? qfac : 1);
  };
  const [x, y, z] = [r(2, 1) - r(1, 2), r(0, 2) - r(2, 0), r(1, 0) - r(0, 1)] as const;
  const [xy, xz, yz] = [r(0, 1) + r(1, 0), r(0, 2) + r(2, 0), r(1, 2) + r(2, 1)] as const;
  // 4 × the products of one component with a, b, c and d. The largest component divides, so none is lost.
  const products = [
    [1 + r(0, 0) + r(1, 1) + r(2, 2), x, y, z],
    [x, 1 + r(0, 0) - r(1, 1) - r(2, 2), xy, xz],
    [y, xy, 1 - r(0, 0) + r(1, 1) - r(2, 2), yz],
    [z, xz, yz, 1 - r(0, 0) - r(1, 1) + r(2, 2)],
  ];
  const largest = products.reduce(
    (best, row, index) => (row[index]! > products[best]![best]! ? index : best),
    0,
  );
  const row = products[largest]!;
  // q and −q are the same rotation; readers take the one with a ≥ 0.
  const scale = (row[0]! < 0 ? -0.5 : 0.5) / Math.sqrt(row[largest]!);
  return {
    qform: [...row.slice(1).map((product) => product * scale), affine[3]!, affine[7]!, affine[11]!],
    qfac,
  };
}

/** Converts voxel coordinates to world coordinates in mm. */
export function applyAffine(affine: Affine, x: number, y: number, z: number): [number, number, number] {
  return [
    affine[0]! * x + affine[1]! * y + affine[2]! * z + affine[3]!,
    affine[4]! * x + affine[5]! * y + affine[6]! * z + affine[7]!,
    affine[8]! * x + affine[9]! * y + affine[10]! * z + affine[11]!,
  ];
}

/** The affine in another unit: `factor` is the length of the old unit in the new one. */
export function scaleAffine(affine: Affine, factor: number): Affine {
  return factor === 1 ? affine : affine.map((value, at) => (at < 12 ? value * factor : value));
}

/** a · b. */
export function multiplyAffines(a: Affine, b: Affine): number[] {
  const product = new Array<number>(16).fill(0);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[4 * row + k]! * b[4 * k + column]!;
      product[4 * row + column] = sum;
    }
  }
  return product;
}

/** Determinant of the 3 × 3 part; its absolute value is the volume of a voxel in mm³. */
export function determinant(affine: Affine): number {
  const [a, b, c, , d, e, f, , g, h, i] = affine as number[] & { length: 16 };
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
}

/** World → voxel, or null if the affine is not invertible. */
export function invertAffine(affine: Affine): number[] | null {
  const det = determinant(affine);
  if (!Number.isFinite(det) || det === 0) return null;
  const m = (row: number, column: number) => affine[4 * row + column]!;
  const inverse = new Array<number>(16).fill(0);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      const [r1, r2, c1, c2] = [(column + 1) % 3, (column + 2) % 3, (row + 1) % 3, (row + 2) % 3];
      inverse[4 * row + column] = (m(r1, c1) * m(r2, c2) - m(r1, c2) * m(r2, c1)) / det;
    }
  }
  for (let row = 0; row < 3; row++) {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum -= inverse[4 * row + k]! * m(k, 3);
    inverse[4 * row + 3] = sum;
  }
  inverse[15] = 1;
  return inverse;
}
