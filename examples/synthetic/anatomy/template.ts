import { territoryAt, territoryCode } from '#examples/synthetic/lesions/territories.ts';
import { chamfer, smooth } from '#examples/synthetic/numeric/distance.ts';
import { BRAIN_BOX_MM, boundingBox, type Point } from './grid.ts';
import { axes, reorient, type SourceVolume, TemplateError } from './source-volume.ts';

/** Bits of a label: the low three are the territory (territories.ts), 0 outside the brain. */
export const TERRITORY_BITS = 7;
export const CSF_BIT = 8;
export const VENTRICLE_BIT = 16;
export const WHITE_MATTER_BIT = 32;
/** Set only in the labels of a case, because the template is mirrored in half of the cases. */
export const RIGHT_BIT = 64;

/** T1 signal of the tissues after normalization, white matter = 1. */
export const CSF_SIGNAL = 0.2;
const GRAY_SIGNAL = 0.67;

/**
 * A skull-stripped T1 brain, prepared: in RAS order, with normalized signal and a label for every voxel. The
 * arrays are in shared memory, so threads need no copy.
 */
export interface Template {
  shape: Point;
  /** Voxel = scale · mm + offset on each axis, with mm in MNI space (the brain fitted into its box). */
  scale: Point;
  offset: Point;
  /** White matter 1, gray matter 0.67, CSF 0.2, background 0. */
  signal: Float32Array<SharedArrayBuffer>;
  labels: Uint8Array<SharedArrayBuffer>;
  /** Distance to the nearest ventricle in millimeters, smoothed; 0 inside. */
  ventricleDistance: Float32Array<SharedArrayBuffer>;
}

export function prepareTemplate(source: SourceVolume): Template {
  const { shape, spacing, data } = reorient(source);
  const brain = brainMask(data, shape);
  const box = boundingBox(brain, shape);
  if (!box) throw new TemplateError('The template is empty.');
  const litres = brain.reduce((sum, inside) => sum + inside, 0) * spacing[0] * spacing[1] * spacing[2] * 1e-6;
  if (litres < 0.7 || litres > 2.5) {
    throw new TemplateError(
      `What is brighter than the background in the template measures ${litres.toFixed(2)} l; a skull-stripped brain has 0.7 to 2.5 l.`,
    );
  }
  const { low, high } = BRAIN_BOX_MM;
  const scale = axes((axis) => (box.high[axis]! - box.low[axis]!) / (high[axis]! - low[axis]!));
  const offset = axes((axis) => box.low[axis]! - scale[axis]! * low[axis]!);
  const signal = normalizeSignal(data, brain);
  const labels = labelVoxels(signal, brain, shape, scale, offset);
  return {
    shape,
    scale,
    offset,
    signal,
    labels,
    ventricleDistance: distanceToVentricles(labels, shape, scale),
  };
}

/** Everything above the background, with holes filled; 1 inside. */
function brainMask(data: Float32Array, shape: Point): Uint8Array {
  const peak = data.reduce((max, value) => Math.max(max, value), 0);
  if (!(peak > 0 && Number.isFinite(peak))) throw new TemplateError('The template is empty or not finite.');
  const threshold = peak * 0.004;
  const outside = new Uint8Array(data.length);
  const stack: number[] = [];
  const visit = (voxel: number) => {
    if (outside[voxel] === 1 || data[voxel]! > threshold) return;
    outside[voxel] = 1;
    stack.push(voxel);
  };
  const [width, height, depth] = shape;
  forEachVoxel(shape, (voxel, i, j, k) => {
    if (i === 0 || j === 0 || k === 0 || i === width - 1 || j === height - 1 || k === depth - 1) visit(voxel);
  });
  if (stack.length === 0)
    throw new TemplateError('The template has no background. Use a skull-stripped brain with 0 around it.');
  while (stack.length > 0) {
    const voxel = stack.pop()!;
    const i = voxel % width;
    const j = Math.floor(voxel / width) % height;
    const k = Math.floor(voxel / (width * height));
    if (i > 0) visit(voxel - 1);
    if (i < width - 1) visit(voxel + 1);
    if (j > 0) visit(voxel - width);
    if (j < height - 1) visit(voxel + width);
    if (k > 0) visit(voxel - width * height);
    if (k < depth - 1) visit(voxel + width * height);
  }
  return outside.map((value) => 1 - value);
}

function forEachVoxel(shape: Point, visit: (voxel: number, i: number, j: number, k: number) => void): void {
  let voxel = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++, voxel++) visit(voxel, i, j, k);
    }
  }
}

/**
 * Maps the mean intensities of the three tissues (1-D k-means) to their canonical signal, linearly in
 * between.
 */
function normalizeSignal(data: Float32Array, brain: Uint8Array): Float32Array<SharedArrayBuffer> {
  const [csf, gray, white] = tissueMeans(data, brain);
  if (!(csf < gray * 0.85 && gray < white * 0.95)) {
    throw new TemplateError(
      `The template's tissues (mean ${csf.toFixed(0)}, ${gray.toFixed(0)}, ${white.toFixed(0)}) do not differ as in a T1-weighted scan.`,
    );
  }
  const signal = sharedFloats(data.length);
  for (let voxel = 0; voxel < data.length; voxel++) {
    if (brain[voxel] === 0) continue;
    const value = data[voxel]!;
    if (value < csf) signal[voxel] = (Math.max(0, value) / csf) * CSF_SIGNAL;
    else if (value < gray)
      signal[voxel] = CSF_SIGNAL + ((value - csf) / (gray - csf)) * (GRAY_SIGNAL - CSF_SIGNAL);
    else signal[voxel] = Math.min(1.25, GRAY_SIGNAL + ((value - gray) / (white - gray)) * (1 - GRAY_SIGNAL));
  }
  return signal;
}

function tissueMeans(data: Float32Array, brain: Uint8Array): [number, number, number] {
  const sample: number[] = [];
  for (let voxel = 0; voxel < data.length; voxel += 5) if (brain[voxel] === 1) sample.push(data[voxel]!);
  sample.sort((a, b) => a - b);
  const quantile = (share: number) => sample[Math.floor(sample.length * share)]!;
  let means: [number, number, number] = [quantile(0.04), quantile(0.4), quantile(0.8)];
  for (let round = 0; round < 30; round++) {
    const sums = [0, 0, 0];
    const counts = [0, 0, 0];
    for (const value of sample) {
      const tissue = value < (means[0] + means[1]) / 2 ? 0 : value < (means[1] + means[2]) / 2 ? 1 : 2;
      sums[tissue]! += value;
      counts[tissue]!++;
    }
    means = [0, 1, 2].map((tissue) => sums[tissue]! / Math.max(1, counts[tissue]!)) as [
      number,
      number,
      number,
    ];
  }
  return means;
}

function labelVoxels(
  signal: Float32Array,
  brain: Uint8Array,
  shape: Point,
  scale: Point,
  offset: Point,
): Uint8Array<SharedArrayBuffer> {
  const labels = new Uint8Array(new SharedArrayBuffer(signal.length));
  const csfLimit = (CSF_SIGNAL + GRAY_SIGNAL) / 2;
  const whiteLimit = (GRAY_SIGNAL + 1) / 2;
  const ventricles = findVentricles(signal, brain, shape, scale, offset, csfLimit);
  forEachVoxel(shape, (voxel, i, j, k) => {
    if (brain[voxel] === 0) return;
    const territory = territoryAt(
      (i - offset[0]) / scale[0],
      (j - offset[1]) / scale[1],
      (k - offset[2]) / scale[2],
    );
    const value = signal[voxel]!;
    labels[voxel] =
      territoryCode(territory) |
      (value < csfLimit ? CSF_BIT : 0) |
      (value > whiteLimit ? WHITE_MATTER_BIT : 0) |
      (ventricles[voxel] === 1 ? VENTRICLE_BIT : 0);
  });
  return labels;
}

/** CSF connected to the bodies of the lateral ventricles, limited to a box around them. */
function findVentricles(
  signal: Float32Array,
  brain: Uint8Array,
  shape: Point,
  scale: Point,
  offset: Point,
  csfLimit: number,
): Uint8Array {
  const ventricles = new Uint8Array(signal.length);
  const index = (axis: number, mm: number) => Math.round(scale[axis]! * mm + offset[axis]!);
  const bounds = (axis: number, low: number, high: number) => [index(axis, low), index(axis, high)] as const;
  const whole = [bounds(0, -38, 38), bounds(1, -58, 40), bounds(2, -16, 34)] as const;
  const body = [bounds(0, -18, 18), bounds(1, -15, 25), bounds(2, 8, 26)] as const;
  const stack: number[] = [];
  const inside = (box: typeof whole, i: number, j: number, k: number) =>
    i >= box[0][0] && i <= box[0][1] && j >= box[1][0] && j <= box[1][1] && k >= box[2][0] && k <= box[2][1];
  const visit = (i: number, j: number, k: number) => {
    const voxel = i + shape[0] * (j + shape[1] * k);
    if (ventricles[voxel] === 1 || brain[voxel] === 0 || signal[voxel]! > csfLimit) return;
    ventricles[voxel] = 1;
    stack.push(voxel);
  };
  for (let k = body[2][0]; k <= body[2][1]; k++) {
    for (let j = body[1][0]; j <= body[1][1]; j++)
      for (let i = body[0][0]; i <= body[0][1]; i++) visit(i, j, k);
  }
  while (stack.length > 0) {
    const voxel = stack.pop()!;
    const i = voxel % shape[0];
    const j = Math.floor(voxel / shape[0]) % shape[1];
    const k = Math.floor(voxel / (shape[0] * shape[1]));
    for (const [di, dj, dk] of FACES)
      if (inside(whole, i + di, j + dj, k + dk)) visit(i + di, j + dj, k + dk);
  }
  return ventricles;
}

const FACES: readonly Point[] = [
  [-1, 0, 0],
  [1, 0, 0],
  [0, -1, 0],
  [0, 1, 0],
  [0, 0, -1],
  [0, 0, 1],
];

function distanceToVentricles(
  labels: Uint8Array,
  shape: Point,
  scale: Point,
): Float32Array<SharedArrayBuffer> {
  const mm = axes((axis) => 1 / scale[axis]!);
  const distance = sharedFloats(labels.length);
  for (let voxel = 0; voxel < labels.length; voxel++)
    distance[voxel] = labels[voxel]! & VENTRICLE_BIT ? 0 : 1e3;
  chamfer(distance, shape, mm);
  // Displacements need a smooth slope, but the raw distance has ridges.
  smooth(distance, shape, 3);
  return distance;
}

function sharedFloats(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}
