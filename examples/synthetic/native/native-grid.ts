import type { Triple } from '#runner/imaging/volume.ts';
import { type Box, ORIGIN_MM } from '../anatomy/grid.ts';
import { RandomStream } from '../numeric/random.ts';

/** The grid of a scan in native space: as a site's scanner stores it, not as a template has it. */
export interface NativeGrid {
  shape: Triple;
  /** Voxel index → RAS mm, 4 × 4 in row order. */
  affine: number[];
}

export const VOXEL_MM = { min: 0.8, max: 2.8 } as const;
/** Largest angle around each axis of the body. */
export const MAX_TILT_DEGREES = 15;

/** Where the axes of storage run to, as common protocols store them: sagittal, axial and coronal slices. */
const STORED = ['PSR', 'ASL', 'PSL', 'LPS', 'RAS', 'LAS', 'LSP', 'RSA'] as const;
const WORLD_AXIS: Readonly<Record<string, readonly [axis: 0 | 1 | 2, sign: 1 | -1]>> = {
  R: [0, 1],
  L: [0, -1],
  A: [1, 1],
  P: [1, -1],
  S: [2, 1],
  I: [2, -1],
};

/** What all scans of a site have in common. */
interface Protocol {
  stored: (typeof STORED)[number];
  /** Along the axes of storage; slices are stacked along the third. */
  voxelMm: Triple;
  /** Standard deviation of the head's tilt; 0 where scans are aligned to the scanner. */
  tiltDegrees: number;
}

function protocolOf(seed: string, site: string): Protocol {
  const random = new RandomStream(seed, `native site ${site}`);
  const inPlane = random.between(VOXEL_MM.min, 1.2);
  const slice = random.chance(0.4) ? random.between(1.2, VOXEL_MM.max) : random.between(VOXEL_MM.min, 1.2);
  const rounded = (mm: number) => Math.round(mm * 100) / 100;
  return {
    stored: STORED[random.below(STORED.length)]!,
    voxelMm: [rounded(inPlane), rounded(inPlane), rounded(slice)],
    tiltDegrees: random.chance(0.25) ? 0 : random.between(2, 7),
  };
}

/**
 * The grid of case `index`: the protocol of its site, the head tilted in the scanner, and a field of view that holds
 * the whole brain, `brain` on the grid of grid.ts.
 */
export function nativeGrid(seed: string, index: number, site: string, brain: Box): NativeGrid {
  const { stored, voxelMm, tiltDegrees } = protocolOf(seed, site);
  const random = new RandomStream(seed, `case ${index} native`);
  const tilts = [0, 1, 2].map(() => {
    const degrees = Math.max(-MAX_TILT_DEGREES, Math.min(MAX_TILT_DEGREES, tiltDegrees * random.normal()));
    return (degrees * Math.PI) / 180;
  });
  return obliqueGrid(stored, voxelMm, tilts as [number, number, number], brain, random);
}

/**
 * A grid with axes in the order of `stored`, tilted by angles around the axes of the body, whose field of view holds
 * the whole brain with random margins.
 */
export function obliqueGrid(
  stored: (typeof STORED)[number],
  voxelMm: Triple,
  tilts: Triple,
  brain: Box,
  random: RandomStream,
): NativeGrid {
  const rotation = rotationOf(tilts);
  // Unit vectors of the axes of storage.
  const directions = [...stored].map((letter) => {
    const [axis, sign] = WORLD_AXIS[letter]!;
    return rotation.map((row) => sign * row[axis]!) as [number, number, number];
  });
  const shape: [number, number, number] = [0, 0, 0];
  const origin: [number, number, number] = [0, 0, 0];
  directions.forEach((direction, axis) => {
    const along = cornersOf(brain).map((corner) => dot(direction, corner));
    const margins = [random.between(3, 20), random.between(3, 20)] as const;
    const start = Math.min(...along) - margins[0];
    shape[axis] = Math.ceil((Math.max(...along) + margins[1] - start) / voxelMm[axis]!) + 1;
    direction.forEach((part, row) => {
      origin[row]! += part * start;
    });
  });
  const affine = [0, 1, 2].flatMap((row) => [
    ...directions.map((direction, axis) => direction[row]! * voxelMm[axis]!),
    origin[row]!,
  ]);
  return { shape, affine: [...affine, 0, 0, 0, 1] };
}

function rotationOf([x, y, z]: Triple): [number, number, number][] {
  const [a, b, c] = [Math.cos(x), Math.cos(y), Math.cos(z)];
  const [d, e, f] = [Math.sin(x), Math.sin(y), Math.sin(z)];
  return [
    [b * c, d * e * c - a * f, a * e * c + d * f],
    [b * f, d * e * f + a * c, a * e * f - d * c],
    [-e, d * b, a * b],
  ];
}

function cornersOf({ low, high }: Box): Triple[] {
  return Array.from({ length: 8 }, (_, corner) => {
    const mm = (axis: 0 | 1 | 2) =>
      ((corner >> axis) & 1 ? high[axis] + 0.5 : low[axis] - 0.5) + ORIGIN_MM[axis];
    return [mm(0), mm(1), mm(2)];
  });
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
