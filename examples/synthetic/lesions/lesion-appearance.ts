import type { Anatomy } from '#examples/synthetic/anatomy/anatomy.ts';
import {
  type Box,
  boxAround,
  type Point,
  ROW_STRIDE,
  SHAPE,
  SLICE_STRIDE,
} from '#examples/synthetic/anatomy/grid.ts';
import { CSF_BIT, CSF_SIGNAL, WHITE_MATTER_BIT } from '#examples/synthetic/anatomy/template.ts';
import { chamfer } from '#examples/synthetic/numeric/distance.ts';
import { NoiseField } from '#examples/synthetic/numeric/noise-field.ts';
import type { RandomStream } from '#examples/synthetic/numeric/random.ts';
import type { LesionPlan } from '#examples/synthetic/plan.ts';
import type { LesionMap } from './lesion-growth.ts';

const MARGIN = 6;
/** Signal loss in white matter next to a lesion, at its edge. */
const PENUMBRA = 0.22;

/** Renders each lesion into the signal: cavity, gliotic rim, partial volume at the edge. */
export function paintLesions(
  anatomy: Anatomy,
  map: LesionMap,
  lesions: readonly LesionPlan[],
  random: RandomStream,
): void {
  const broad = new NoiseField(random, 8);
  const fine = new NoiseField(random, 3);
  lesions.forEach((lesion, index) => {
    const voxels = map.voxels[index]!;
    if (voxels.length > 0)
      paintLesion(anatomy, map.lesionOf, lesion, cutOut(anatomy, map, index), { broad, fine });
  });
}

/** One lesion in its box: the fraction of each voxel that it fills, and the depth of the voxel inside it. */
interface Patch {
  box: Box;
  shape: Point;
  /** 0 to 1, about 0.5 at the edge. */
  share: Float32Array;
  /** The same, blurred over several millimeters. */
  halo: Float32Array;
  /**
   * Distance in mm to the nearest living tissue. CSF and the outside are not edges, because a cavity opens
   * into them.
   */
  depthMm: Float32Array;
}

function cutOut({ labels }: Anatomy, { lesionOf, voxels }: LesionMap, index: number): Patch {
  const box = boxAround(voxels[index]!, MARGIN);
  const shape: Point = [
    box.high[0] - box.low[0] + 1,
    box.high[1] - box.low[1] + 1,
    box.high[2] - box.low[2] + 1,
  ];
  const size = shape[0] * shape[1] * shape[2];
  const share = new Float32Array(size);
  const depthMm = new Float32Array(size).fill(1e3);
  forEachInBox(box, (voxel, place) => {
    if (lesionOf[voxel] === index + 1) share[place] = 1;
    const label = labels[voxel]!;
    if (lesionOf[voxel] === 0 && label !== 0 && (label & CSF_BIT) === 0) depthMm[place] = 0;
  });
  chamfer(depthMm, shape);
  blur(share, shape, 2);
  const halo = share.slice();
  blur(halo, shape, 12);
  return { box, shape, share, halo, depthMm };
}

function paintLesion(
  { signal, labels }: Anatomy,
  lesionOf: Uint8Array,
  lesion: LesionPlan,
  { box, share, halo, depthMm }: Patch,
  { broad, fine }: { broad: NoiseField; fine: NoiseField },
): void {
  const radiusMm = Math.cbrt((3 * lesion.voxels) / (4 * Math.PI));
  const rimMm = Math.min(lesion.rimMm, 0.4 * radiusMm);
  forEachInBox(box, (voxel, place, i, j, k) => {
    const inside = share[place]!;
    const label = labels[voxel]!;
    if (label === 0 || (inside === 0 && halo[place]! < 0.005)) return;
    const healthy = signal[voxel]!;
    if (lesion.nearlyIsointense) {
      signal[voxel] = healthy * (1 - (0.08 + 0.03 * broad.at(i, j, k)) * inside);
      return;
    }
    const texture = broad.at(i, j, k);
    const strands = 0.35 * smoothstep(1.1, 1.9, Math.abs(fine.at(i, j, k)));
    const cavity =
      lesion.cavitation *
      (1 - strands) *
      smoothstep(0.7 * rimMm, 1.7 * rimMm + 0.5, depthMm[place]! + 1.2 * texture);
    const retained = Math.max(0, lesion.retainedPattern * (1 + 0.4 * texture));
    const softened = Math.min(
      healthy * 0.96,
      retained * healthy + (1 - retained) * (lesion.glioticSignal + 0.05 * texture),
    );
    const fluid = CSF_SIGNAL * (1 + 0.08 * texture);
    const mixed = Math.min(softened + cavity * (fluid - softened), label & CSF_BIT ? healthy : 2);
    const penumbra = label & WHITE_MATTER_BIT && lesionOf[voxel] === 0 ? PENUMBRA * halo[place]! : 0;
    signal[voxel] = (healthy + inside * (mixed - healthy)) * (1 - penumbra);
  });
}

function forEachInBox(
  { low, high }: Box,
  visit: (voxel: number, place: number, i: number, j: number, k: number) => void,
): void {
  let place = 0;
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      let voxel = low[0] + j * ROW_STRIDE + k * SLICE_STRIDE;
      for (let i = low[0]; i <= high[0]; i++, voxel++, place++) visit(voxel, place, i, j, k);
    }
  }
}

/** Applies (1, 2, 1)/4 along each axis `rounds` times: standard deviation √(rounds/2) voxels. */
function blur(values: Float32Array, shape: Point, rounds: number): void {
  const strides = [1, shape[0], shape[0] * shape[1]] as const;
  for (let round = 0; round < rounds; round++) {
    for (let axis = 0; axis < 3; axis++) {
      const stride = strides[axis]!;
      const length = shape[axis]!;
      const lines = values.length / length;
      for (let line = 0; line < lines; line++) {
        const start =
          axis === 0
            ? line * length
            : axis === 1
              ? (line % shape[0]) + Math.floor(line / shape[0]) * strides[2]
              : line;
        let before = values[start]!;
        for (let n = 0, at = start; n < length; n++, at += stride) {
          const here = values[at]!;
          const after = n < length - 1 ? values[at + stride]! : here;
          values[at] = (before + 2 * here + after) / 4;
          before = here;
        }
      }
    }
  }
}

function smoothstep(low: number, high: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** The union of the lesions as stored in a file: 0 and 1. */
export function maskOf({ lesionOf }: LesionMap): Uint8Array {
  const mask = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
  for (let voxel = 0; voxel < mask.length; voxel++) if (lesionOf[voxel] !== 0) mask[voxel] = 1;
  return mask;
}
