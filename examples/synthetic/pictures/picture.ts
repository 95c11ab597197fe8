import { RandomStream } from '#examples/synthetic/numeric/random.ts';

export const WIDTH = 160;
export const HEIGHT = 120;
const BACKGROUND = 120;
/** Gray levels above or below the background. */
const CONTRAST = 40;
const NOISE = 8;

/** Cells in a shaded, noisy micrograph: bright ones have the label 1, dark ones the label 2. */
export interface Picture {
  /** Rows from the top, 8-bit gray. */
  photo: Uint8Array;
  labels: Uint8Array;
}

/** Picture `index` of a seed; the same seed and index give the same pixels. */
export function paintPicture(seed: string, index: number): Picture {
  const random = new RandomStream(seed, `picture ${index}`);
  const noise = new RandomStream(seed, `picture ${index} noise`);
  const cells = Array.from({ length: 6 + random.below(7) }, (_, cell) => ({
    // The first two make sure that both labels are there.
    label: cell < 2 ? cell + 1 : 1 + random.below(2),
    x: random.between(8, WIDTH - 8),
    y: random.between(8, HEIGHT - 8),
    radius: random.between(5, 11),
  }));
  const [shadeX, shadeY] = [random.between(-15, 15), random.between(-15, 15)];
  const photo = new Uint8Array(WIDTH * HEIGHT);
  const labels = new Uint8Array(WIDTH * HEIGHT);
  for (let pixel = 0; pixel < photo.length; pixel++) {
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    const cell = cells.findLast((one) => Math.hypot(x - one.x, y - one.y) < one.radius);
    labels[pixel] = cell?.label ?? 0;
    const contrast = cell === undefined ? 0 : cell.label === 1 ? CONTRAST : -CONTRAST;
    const shade = shadeX * (x / WIDTH - 0.5) + shadeY * (y / HEIGHT - 0.5);
    const value = BACKGROUND + shade + contrast + NOISE * noise.normal();
    photo[pixel] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return { photo, labels };
}
