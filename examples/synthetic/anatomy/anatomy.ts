import { NoiseField } from '#examples/synthetic/numeric/noise-field.ts';
import type { RandomStream } from '#examples/synthetic/numeric/random.ts';
import type { CasePlan } from '#examples/synthetic/plan.ts';
import { AFFINE, BRAIN_BOX_MM, ORIGIN_MM, SHAPE, VOXEL_COUNT } from './grid.ts';
import { RIGHT_BIT, type Template } from './template.ts';

/** Voxels between two nodes of the deformation, with linear interpolation between them. */
const NODE_STEP = 4;
const NODES = SHAPE.map((size) => Math.ceil(size / NODE_STEP) + 1) as [number, number, number];
const MAX_ROTATION_DEGREES = 15;
const MAX_SCALING = 0.1;
/** Distance over which the displacement by a wide ventricle decays. */
const VENTRICLE_REACH_MM = 14;

/** A brain on the grid, before lesions and the scanner are simulated. */
export interface Anatomy {
  /** T1 signal, white matter = 1; 0 outside the head. */
  signal: Float32Array;
  /** As in template.ts, with RIGHT_BIT. */
  labels: Uint8Array;
  /** Distance to the nearest ventricle in whole millimeters, at most 255. */
  ventricleDistance: Uint8Array;
}

interface Deformation {
  mirrored: boolean;
  /** Maps the case's mm, relative to the brain's center, to the template's: row-major 3×3 and a shift. */
  matrix: number[];
  shift: number[];
  center: number[];
  elastic: { fields: NoiseField[]; amplitudeMm: number }[];
  /** Outward displacement of the ventricles' walls. */
  wideningMm: { left: number; right: number };
}

export function makeAnatomy(template: Template, plan: CasePlan, random: RandomStream): Anatomy {
  const deformation = randomDeformation(plan, random);
  return resample(template, deformation, mapNodes(template, deformation));
}

function randomDeformation(plan: CasePlan, random: RandomStream): Deformation {
  const mirrored = random.chance(0.5);
  const angles = [0, 1, 2].map(() => (random.normalWithin(5, MAX_ROTATION_DEGREES) * Math.PI) / 180);
  const scales = [0, 1, 2].map(() => 1 + random.normalWithin(0.04, MAX_SCALING));
  const { low, high } = BRAIN_BOX_MM;
  const center = low.map((value, axis) => (value + high[axis]!) / 2);
  const rotation = rotationMatrix(angles[0]!, angles[1]!, angles[2]!);
  // Template = Rᵀ·(case − center − move) / scale + center, the inverse of "scale, rotate, move".
  const matrix = [0, 1, 2].flatMap((row) =>
    [0, 1, 2].map((column) => rotation[column * 3 + row]! / scales[row]!),
  );
  const move = [0, 1, 2].map((axis) => keepInView(axis, random.normalWithin(2, 5), rotation, scales, center));
  const aging = Math.min(2.5, Math.abs(random.normal()) * 1.1);
  const ipsilateral = exVacuoMm(plan);
  return {
    mirrored,
    matrix,
    shift: move,
    center,
    elastic: [
      { fields: [0, 1, 2].map(() => new NoiseField(random, 34)), amplitudeMm: random.between(1.5, 3.5) },
      { fields: [0, 1, 2].map(() => new NoiseField(random, 17)), amplitudeMm: random.between(0.5, 1.2) },
    ],
    wideningMm: { left: aging + ipsilateral.left, right: aging + ipsilateral.right },
  };
}

/** A large old infarct loses volume, and the adjacent ventricle expands into it. */
function exVacuoMm(plan: CasePlan): { left: number; right: number } {
  const widening = { left: 0, right: 0 };
  if (plan.chronicity === 'acute') return widening;
  for (const lesion of plan.lesions) {
    if (lesion.territory === 'vertebrobasilar') continue;
    const pull = (plan.chronicity === 'chronic' ? 7 : 2) * Math.min(1, lesion.voxels / 120_000);
    widening[lesion.side] = Math.min(7, widening[lesion.side] + pull);
  }
  return widening;
}

function rotationMatrix(x: number, y: number, z: number): number[] {
  const [cx, sx, cy, sy, cz, sz] = [
    Math.cos(x),
    Math.sin(x),
    Math.cos(y),
    Math.sin(y),
    Math.cos(z),
    Math.sin(z),
  ];
  return [
    cz * cy,
    cz * sy * sx - sz * cx,
    cz * sy * cx + sz * sx,
    sz * cy,
    sz * sy * sx + cz * cx,
    sz * sy * cx - cz * sx,
    -sy,
    cy * sx,
    cy * cx,
  ];
}

/** Moves the brain's bounding ellipsoid back into the grid if a rotation would cut it off. */
function keepInView(
  axis: number,
  move: number,
  rotation: number[],
  scales: number[],
  center: number[],
): number {
  const { low, high } = BRAIN_BOX_MM;
  const reach = Math.hypot(
    ...[0, 1, 2].map(
      (column) => rotation[axis * 3 + column]! * scales[column]! * ((high[column]! - low[column]!) / 2),
    ),
  );
  const first = ORIGIN_MM[axis]! + 2 + reach - center[axis]!;
  const last = ORIGIN_MM[axis]! + SHAPE[axis]! - 3 - reach - center[axis]!;
  return Math.max(first, Math.min(last, move));
}

/** The template voxel that each node maps to: all x, then all y, then all z. */
function mapNodes(template: Template, deformation: Deformation): Float32Array {
  const nodes = new Float32Array(NODES[0] * NODES[1] * NODES[2] * 3);
  const { matrix, shift, center, elastic, mirrored } = deformation;
  let target = 0;
  for (let c = 0; c < NODES[2]; c++) {
    for (let b = 0; b < NODES[1]; b++) {
      for (let a = 0; a < NODES[0]; a++, target += 3) {
        const p = [a, b, c].map((node, axis) => AFFINE[axis]![3]! + node * NODE_STEP);
        const d = p.map((mm, axis) => mm - center[axis]! - shift[axis]!);
        const q = [0, 1, 2].map(
          (row) =>
            center[row]! +
            matrix[row * 3]! * d[0]! +
            matrix[row * 3 + 1]! * d[1]! +
            matrix[row * 3 + 2]! * d[2]!,
        );
        for (const { fields, amplitudeMm } of elastic) {
          for (let axis = 0; axis < 3; axis++)
            q[axis]! += amplitudeMm * fields[axis]!.at(p[0]!, p[1]!, p[2]!);
        }
        const side = 1 / (1 + Math.exp(-q[0]! / 3)); // 0 left, 1 right
        const widening = deformation.wideningMm.left * (1 - side) + deformation.wideningMm.right * side;
        if (mirrored) q[0] = -q[0]!;
        for (let axis = 0; axis < 3; axis++)
          nodes[target + axis] = template.scale[axis]! * q[axis]! + template.offset[axis]!;
        pullFromVentricle(template, nodes, target, widening);
      }
    }
  }
  return nodes;
}

/**
 * Maps the node to a point nearer to the ventricle, so that the ventricle's wall moves outward by `widening`.
 */
function pullFromVentricle(template: Template, nodes: Float32Array, node: number, widening: number): void {
  const [width, height, depth] = template.shape;
  const i = Math.round(nodes[node]!);
  const j = Math.round(nodes[node + 1]!);
  const k = Math.round(nodes[node + 2]!);
  if (i < 2 || j < 2 || k < 2 || i >= width - 2 || j >= height - 2 || k >= depth - 2) return;
  const distance = template.ventricleDistance;
  const voxel = i + width * (j + height * k);
  const mm = distance[voxel]!;
  if (mm > 4 * VENTRICLE_REACH_MM) return;
  const slope = [1, width, width * height].map(
    (stride) => (distance[voxel + 2 * stride]! - distance[voxel - 2 * stride]!) / 4,
  );
  const steepness = Math.hypot(slope[0]!, slope[1]!, slope[2]!);
  if (steepness < 1e-3) return;
  const move = Math.min(widening * Math.exp(-mm / VENTRICLE_REACH_MM), mm + 1);
  for (let axis = 0; axis < 3; axis++) {
    nodes[node + axis]! -= move * (slope[axis]! / Math.max(steepness, 0.5)) * template.scale[axis]!;
  }
}

function resample(template: Template, { mirrored }: Deformation, nodes: Float32Array): Anatomy {
  const anatomy: Anatomy = {
    signal: new Float32Array(VOXEL_COUNT),
    labels: new Uint8Array(VOXEL_COUNT),
    ventricleDistance: new Uint8Array(VOXEL_COUNT),
  };
  const row = new Float32Array(NODES[0] * 3);
  const midline = template.offset[0];
  for (let k = 0, start = 0; k < SHAPE[2]; k++) {
    for (let j = 0; j < SHAPE[1]; j++, start += SHAPE[0]) {
      interpolateRow(nodes, j, k, row);
      // No labels on the grid's faces, so that walks through labels never leave the grid.
      const innerRow = j > 0 && k > 0 && j < SHAPE[1] - 1 && k < SHAPE[2] - 1;
      sampleRow(template, row, anatomy, start, midline, mirrored, innerRow);
    }
  }
  return anatomy;
}

/** Interpolates the nodes along x for one row of voxels. */
function interpolateRow(nodes: Float32Array, j: number, k: number, row: Float32Array): void {
  const b = Math.floor(j / NODE_STEP);
  const c = Math.floor(k / NODE_STEP);
  const v = j / NODE_STEP - b;
  const w = k / NODE_STEP - c;
  const rowLength = NODES[0] * 3;
  const base = (c * NODES[1] + b) * rowLength;
  const plane = NODES[1] * rowLength;
  for (let n = 0; n < rowLength; n++) {
    const near = nodes[base + n]! * (1 - v) + nodes[base + rowLength + n]! * v;
    const far = nodes[base + plane + n]! * (1 - v) + nodes[base + plane + rowLength + n]! * v;
    row[n] = near * (1 - w) + far * w;
  }
}

function sampleRow(
  template: Template,
  row: Float32Array,
  anatomy: Anatomy,
  start: number,
  midline: number,
  mirrored: boolean,
  innerRow: boolean,
): void {
  const [width, height, depth] = template.shape;
  const { signal, labels, ventricleDistance } = template;
  const slice = width * height;
  for (let i = 0; i < SHAPE[0]; i++) {
    const node = Math.floor(i / NODE_STEP) * 3;
    const t = (i % NODE_STEP) / NODE_STEP;
    const x = row[node]! * (1 - t) + row[node + 3]! * t;
    const y = row[node + 1]! * (1 - t) + row[node + 4]! * t;
    const z = row[node + 2]! * (1 - t) + row[node + 5]! * t;
    if (!(x >= 0 && y >= 0 && z >= 0 && x < width - 1 && y < height - 1 && z < depth - 1)) continue;
    const x0 = x | 0;
    const y0 = y | 0;
    const z0 = z | 0;
    const u = x - x0;
    const v = y - y0;
    const w = z - z0;
    const corner = x0 + width * (y0 + height * z0);
    const a = signal[corner]! * (1 - u) + signal[corner + 1]! * u;
    const b = signal[corner + width]! * (1 - u) + signal[corner + width + 1]! * u;
    const c = signal[corner + slice]! * (1 - u) + signal[corner + slice + 1]! * u;
    const d = signal[corner + slice + width]! * (1 - u) + signal[corner + slice + width + 1]! * u;
    const value = (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w;
    if (value === 0) continue;
    const nearest = corner + (u >= 0.5 ? 1 : 0) + (v >= 0.5 ? width : 0) + (w >= 0.5 ? slice : 0);
    const label = labels[nearest]!;
    anatomy.signal[start + i] = value;
    if (label === 0 || !innerRow || i === 0 || i === SHAPE[0] - 1) continue;
    anatomy.labels[start + i] = label | (x > midline !== mirrored ? RIGHT_BIT : 0);
    anatomy.ventricleDistance[start + i] = Math.min(255, ventricleDistance[nearest]!);
  }
}
