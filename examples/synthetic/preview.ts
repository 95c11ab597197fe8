import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { type Point, SHAPE } from './anatomy/grid.ts';

const GAP = 4;
const OUTLINE = [230, 159, 0] as const; // Okabe–Ito orange
/** Slice axis of each panel, and the axes across and down: axial, coronal, sagittal. */
const PLANES = [
  { slice: 2, across: 0, down: 1 },
  { slice: 1, across: 0, down: 2 },
  { slice: 0, across: 1, down: 2 },
] as const;

/**
 * Renders three planes through the lesion: plain in the first row, with the mask's outline in the second, in
 * radiological convention (the patient's right on the left). Both volumes are on the grid of grid.ts, or of
 * `shape`. Without a mask, or with an empty one, the planes are in the middle and the second row is omitted.
 */
export function renderPreview(
  scan: ArrayLike<number>,
  mask: ArrayLike<number> | null,
  options: { shape?: Point; scale?: number } = {},
): Uint8Array {
  const shape = options.shape ?? SHAPE;
  const scale = options.scale ?? 2;
  const center = (mask && busiestSlices(mask, shape)) ?? shape.map((size) => size >> 1);
  const rows = mask?.length && center && hasVoxel(mask) ? 2 : 1;
  const panelHeight = Math.max(...PLANES.map((plane) => shape[plane.down]!)) * scale;
  const width = PLANES.reduce((sum, plane) => sum + shape[plane.across]! * scale + GAP, -GAP);
  const height = rows * panelHeight + (rows - 1) * GAP;
  const picture = { width, rgb: new Uint8Array(width * height * 3) };
  const white = brightness(scan);
  for (let row = 0; row < rows; row++) {
    let left = 0;
    for (const plane of PLANES) {
      const size = [shape[plane.across]!, shape[plane.down]!] as const;
      const top = row * (panelHeight + GAP) + ((panelHeight - size[1] * scale) >> 1);
      const at = voxelFinder(shape, plane, center[plane.slice]!);
      drawPanel(picture, { left, top, size, scale }, (across, down) =>
        row === 1 && mask && isOutline(mask, at, across, down, size)
          ? OUTLINE
          : gray(scan[at(across, down)]!, white),
      );
      left += size[0] * scale + GAP;
    }
  }
  return encodePng(width, height, picture.rgb);
}

interface Panel {
  left: number;
  top: number;
  size: readonly [number, number];
  scale: number;
}

function drawPanel(
  picture: { width: number; rgb: Uint8Array },
  { left, top, size, scale }: Panel,
  color: (across: number, down: number) => readonly [number, number, number],
): void {
  for (let down = 0; down < size[1]; down++) {
    for (let across = 0; across < size[0]; across++) {
      const rgb = color(across, down);
      for (let y = 0; y < scale; y++) {
        const start = ((top + down * scale + y) * picture.width + left + across * scale) * 3;
        for (let x = 0; x < scale; x++) picture.rgb.set(rgb, start + 3 * x);
      }
    }
  }
}

/** Maps panel coordinates (down = towards the low end of the axis, across = right to left) to a voxel. */
function voxelFinder(shape: Point, plane: (typeof PLANES)[number], slice: number) {
  const strides = [1, shape[0], shape[0] * shape[1]] as const;
  const base = slice * strides[plane.slice];
  const lastAcross = shape[plane.across]! - 1;
  const lastDown = shape[plane.down]! - 1;
  return (across: number, down: number) =>
    base + (lastAcross - across) * strides[plane.across] + (lastDown - down) * strides[plane.down];
}

function isOutline(
  mask: ArrayLike<number>,
  at: (across: number, down: number) => number,
  across: number,
  down: number,
  [width, height]: readonly [number, number],
): boolean {
  if (mask[at(across, down)]) return false;
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && mask[at(x, y)]! > 0;
  return (
    inside(across - 1, down) ||
    inside(across + 1, down) ||
    inside(across, down - 1) ||
    inside(across, down + 1)
  );
}

function gray(value: number, white: number): [number, number, number] {
  const level = Math.max(0, Math.min(255, Math.round((255 * value) / white)));
  return [level, level, level];
}

/** The 99.5th percentile of the non-background values, from a sample. */
function brightness(scan: ArrayLike<number>): number {
  const sample: number[] = [];
  for (let voxel = 0; voxel < scan.length; voxel += 37) if (scan[voxel]! > 0) sample.push(scan[voxel]!);
  sample.sort((a, b) => a - b);
  return sample[Math.floor(sample.length * 0.995)] ?? 1;
}

function hasVoxel(mask: ArrayLike<number>): boolean {
  for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel]) return true;
  return false;
}

/** The slice with the most lesion voxels on each axis. */
function busiestSlices(mask: ArrayLike<number>, shape: Point): number[] | null {
  const counts = shape.map((size) => new Uint32Array(size));
  let voxel = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++, voxel++) {
        if (!mask[voxel]) continue;
        counts[0]![i]!++;
        counts[1]![j]!++;
        counts[2]![k]!++;
      }
    }
  }
  const best = counts.map((axis) => axis.indexOf(Math.max(...axis)));
  return counts[0]!.some((count) => count > 0) ? best : null;
}
