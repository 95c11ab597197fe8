import { blur } from '#examples/algorithms/volumes/filters.ts';

/** An 8-bit gray picture, rows from the top. */
export interface Gray {
  width: number;
  height: number;
  values: Float32Array;
}

const SMOOTHING_PIXELS = 1.2;
const BACKGROUND_PIXELS = 30;
/** Half of what a cell is brighter or darker than the background. */
const LIMIT = 18;

/** A picture has one plane: no blur across it, and blur divides by the deviation. */
const ACROSS = 0.01;

/** Labels cells by their difference from the background around them: 1 brighter, 2 darker. */
export function labelCells({ width, height, values }: Gray): Uint8Array {
  const smoothed = (of: Float32Array, pixels: number) =>
    blur(of, [width, height, 1], [pixels, pixels, ACROSS]);
  const smooth = smoothed(values, SMOOTHING_PIXELS);
  const background = smoothed(values, BACKGROUND_PIXELS);
  // Less than 1 at the border of the picture.
  const weight = smoothed(new Float32Array(values.length).fill(1), BACKGROUND_PIXELS);
  return Uint8Array.from(smooth, (value, pixel) => {
    const difference = value - background[pixel]! / weight[pixel]!;
    if (difference > LIMIT) return 1;
    return difference < -LIMIT ? 2 : 0;
  });
}
