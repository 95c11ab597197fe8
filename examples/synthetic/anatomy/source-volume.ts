import type { Point } from './grid.ts';

/** A volume as read from a file: any orientation, x fastest, affine row-major 4×4 in RAS mm. */
export interface SourceVolume {
  shape: readonly number[];
  affine: readonly number[];
  data: ArrayLike<number>;
}

/** The file is not a T1 brain from which cases can be made; the message explains the problem. */
export class TemplateError extends Error {}

/** Reorders the axes to right, anterior, superior. */
export function reorient(source: SourceVolume): { shape: Point; spacing: Point; data: Float32Array } {
  const { affine, data } = source;
  const sizes = source.shape;
  if (sizes.length !== 3 || sizes.some((size) => size < 32 || size > 512)) {
    throw new TemplateError(
      `The template has the shape ${sizes.join('×')}; it takes one 3-D volume of 32 to 512 voxels a side.`,
    );
  }
  const column = (axis: number) => [affine[axis]!, affine[4 + axis]!, affine[8 + axis]!] as const;
  const order: number[] = [];
  for (let world = 0; world < 3; world++) {
    const free = [0, 1, 2].filter((axis) => !order.includes(axis));
    order.push(free.reduce((a, b) => (Math.abs(column(b)[world]!) > Math.abs(column(a)[world]!) ? b : a)));
  }
  const spacing = axes((world) => Math.hypot(...column(order[world]!)));
  if (spacing.some((mm) => !(mm >= 0.4 && mm <= 2.5))) {
    throw new TemplateError(
      `The template's voxels measure ${spacing.map((mm) => mm.toFixed(2)).join('×')} mm; it takes 0.4 to 2.5 mm.`,
    );
  }
  const shape = axes((world) => sizes[order[world]!]!);
  const strides = [1, sizes[0]!, sizes[0]! * sizes[1]!];
  const steps = axes((world) => strides[order[world]!]! * Math.sign(column(order[world]!)[world]!));
  const start = [0, 1, 2].reduce(
    (sum, world) => sum + (steps[world]! < 0 ? -steps[world]! * (shape[world]! - 1) : 0),
    0,
  );
  const output = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (let k = 0, target = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      let from = start + j * steps[1] + k * steps[2];
      for (let i = 0; i < shape[0]; i++, target++, from += steps[0]) output[target] = data[from]!;
    }
  }
  return { shape, spacing, data: output };
}

/** Computes one value per axis. */
export function axes(value: (axis: number) => number): Point {
  return [value(0), value(1), value(2)];
}
