import { boundingBox, ROW_STRIDE, SLICE_STRIDE } from '#examples/synthetic/anatomy/grid.ts';
import type { PaintedCase } from '#examples/synthetic/case.ts';
import { averageOver } from '#examples/synthetic/native/average.ts';
import { type NativeGrid, obliqueGrid } from '#examples/synthetic/native/native-grid.ts';
import { RandomStream } from '#examples/synthetic/numeric/random.ts';

/** Signal of CSF, gray matter, white matter and an acute lesion; ADC in 10⁻⁶ mm²/s. */
const CONTRASTS = {
  dwi: [60, 210, 180, 430],
  adc: [3000, 820, 760, 420],
  flair: [40, 260, 210, 360],
} as const;
const LESION = 4;
/** Standard deviation of the noise, as a share of the signal of gray matter. */
const NOISE = 0.08;
/** Old damage is as bright as an acute lesion in FLAIR, but doesn't restrict diffusion. */
const OLD_DAMAGE = 5;
const OLD = { dwi: 215, adc: 1150, flair: 350 } as const;

export interface Sequence {
  grid: NativeGrid;
  data: Int16Array;
}

export interface MultimodalImages {
  dwi: Sequence;
  /** On the grid of the DWI, from which it is computed. */
  adc: Sequence;
  flair: Sequence;
  /** On the grid of the DWI. */
  mask: Uint8Array;
}

/** DWI and ADC with voxels of 2 mm, FLAIR with slices of 5 mm through a head that has moved in between. */
export function multimodalImages(seed: string, painted: PaintedCase): MultimodalImages {
  const { plan, raw, mask } = painted;
  const brain = boundingBox(raw);
  if (!brain) throw new Error('There is no brain to scan');
  const random = new RandomStream(seed, `case ${plan.index} multimodal`);
  const tilt = () => (random.normalWithin(4, 10) * Math.PI) / 180;
  const dwiGrid = obliqueGrid('LAS', [2, 2, 2], [0, 0, 0], brain, random);
  const flairGrid = obliqueGrid('LPS', [0.9, 0.9, 5], [tilt(), tilt(), tilt()], brain, random);
  const classes = classesOf(painted);
  const noise = new RandomStream(seed, `case ${plan.index} multimodal noise`);
  const share = meanOn(dwiGrid, Float32Array.from(mask));
  return {
    dwi: scan('dwi', dwiGrid, classes, noise),
    adc: scan('adc', dwiGrid, classes, noise),
    flair: scan('flair', flairGrid, classes, noise),
    mask: Uint8Array.from(share, (value) => (value >= 0.5 ? 1 : 0)),
  };
}

/** 0 outside, the tissues 1 to 3, LESION and OLD_DAMAGE. */
function classesOf({ tissues, mask, damaged }: PaintedCase): Uint8Array {
  return tissues.map((tissue, voxel) => {
    if (mask[voxel] === 1) return LESION;
    return damaged[voxel] === 1 ? OLD_DAMAGE : tissue;
  });
}

function scan(
  sequence: keyof typeof CONTRASTS,
  grid: NativeGrid,
  classes: Uint8Array,
  noise: RandomStream,
): Sequence {
  const signals = [0, ...CONTRASTS[sequence], OLD[sequence]];
  const signal = meanOn(
    grid,
    Float32Array.from(classes, (one) => signals[one]!),
  );
  const deviation = NOISE * CONTRASTS[sequence][1];
  // Never 0 inside the brain, so that a brain mask can be derived from the scan.
  const data = Int16Array.from(signal, (value) =>
    value === 0 ? 0 : Math.max(1, Math.round(value + deviation * noise.normal())),
  );
  return { grid, data };
}

/** Mean of what each voxel of a grid covers of a volume on the template's grid. */
function meanOn(grid: NativeGrid, volume: Float32Array): Float32Array {
  const [width, height, depth] = grid.shape;
  const means = new Float32Array(width * height * depth);
  let sum = 0;
  averageOver(grid, {
    add: (u, v, w) => {
      sum += volume[Math.round(u) + ROW_STRIDE * Math.round(v) + SLICE_STRIDE * Math.round(w)]!;
    },
    end: (voxel, count) => {
      means[voxel] = sum / count;
      sum = 0;
    },
  });
  return means;
}
