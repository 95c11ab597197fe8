import { darkness } from './asymmetry-features.ts';
import { log } from './contracts/log.ts';
import { type Brain, positionOf, prepareBrain } from './volumes/brain.ts';
import { keepComponents } from './volumes/components.ts';
import { blur, opening } from './volumes/filters.ts';
import { maskOnScan } from './volumes/mask.ts';
import { perAxis, type Scan, voxelMl } from './volumes/volume.ts';

/** Thinner lesions can't be distinguished from sulci. */
const OPENING_RADIUS_VOXELS = 1;
/** Minimum fraction of brain around a voxel; sulci and the surface have less. */
const MIN_DEPTH = 0.75;
const MIN_ML = 0.5;
/** Ventricles are within this fraction of the brain's half-lengths around its center. */
const VENTRICLE_REACH = 0.28;

/**
 * Selects dark voxels away from the surface, after opening, without small spots and the ventricles.
 *
 * @param inspect called with the number of dark voxels before the cleanup.
 */
export function segmentHypointense(scan: Scan, inspect: (darkVoxels: number) => void = () => {}): Uint8Array {
  const brain = prepareBrain(scan);
  const { csf, gray, white } = brain.tissue;
  log(
    `brain: ${brain.volumeMl.toFixed(0)} ml; CSF ${csf.toFixed(2)}, gray ${gray.toFixed(2)}, white ${white.toFixed(2)}`,
  );
  const dark = opening(darkness(brain, 1.2), brain.shape, OPENING_RADIUS_VOXELS);
  const depth = blur(
    Float32Array.from(brain.mask),
    brain.shape,
    perAxis((axis) => 6 / brain.spacing[axis]),
  );
  const limit = 1 - (csf + gray) / 2;
  const found = Uint8Array.from(dark, (value, voxel) => (value > limit && depth[voxel]! > MIN_DEPTH ? 1 : 0));
  const darkVoxels = found.reduce((sum, value) => sum + value, 0);
  log(`dark: ${darkVoxels} voxels above ${limit.toFixed(2)}`);
  inspect(darkVoxels);
  const lesion = keepComponents(
    found,
    brain.shape,
    (voxels) => voxels.length * voxelMl(brain) >= MIN_ML && !isVentricle(voxels, brain),
  );
  log(`components: ${lesion.kept} of ${lesion.found} kept`);
  return maskOnScan(Float32Array.from(lesion.mask), 0.5, brain, scan);
}

/** A ventricle's center is near the brain's center, or part of it is and it extends to both sides. */
function isVentricle(voxels: Int32Array, { shape }: Brain): boolean {
  let central = 0;
  for (const voxel of voxels) {
    const position = positionOf(voxel, shape);
    const distance = Math.hypot(...perAxis((axis) => (2 * position[axis]) / (shape[axis] - 1) - 1));
    if (distance < VENTRICLE_REACH) central += 1;
  }
  return central > 0.1 * voxels.length;
}
