import { type Box, boundingBox, ROW_STRIDE, SHAPE, SLICE_STRIDE, VOXEL_COUNT } from './anatomy/grid.ts';
import type { RandomStream } from './numeric/random.ts';
import type { Site } from './sites.ts';

const MAX_RAW = 30_000;
const SNR = { min: 10, max: 30 };

/** A scan as stored in a file: value = raw · slope. */
export interface Scan {
  raw: Int16Array;
  slope: number;
  signalToNoise: number;
}

/** Simulates the site's scanner: contrast, bias field, blur, gain, Rician noise, integers. */
export function acquire(signal: Float32Array, site: Site, random: RandomStream, noise: RandomStream): Scan {
  const signalToNoise = Math.max(SNR.min, Math.min(SNR.max, site.signalToNoise * random.between(0.85, 1.15)));
  const gain = site.gain * random.between(0.85, 1.15);
  const gamma = site.gamma * random.between(0.95, 1.05);
  const box = boundingBox(signal);
  if (!box) throw new Error('There is no brain to scan');
  applyContrast(signal, box, gamma);
  site.blurMm.forEach((deviation, axis) => {
    blurAxis(signal, box, axis, deviation);
  });
  applyBias(signal, box, site.bias, random);
  addNoise(signal, 1 / signalToNoise, noise);
  return { ...quantize(signal, gain), signalToNoise };
}

function applyContrast(signal: Float32Array, box: Box, gamma: number): void {
  forEachRow(box, (start, end) => {
    for (let voxel = start; voxel < end; voxel++) {
      const value = signal[voxel]!;
      if (value > 0) signal[voxel] = value ** gamma;
    }
  });
}

/** Gaussian blur along one axis, in place, within the box. Voxels outside the brain stay 0. */
function blurAxis(signal: Float32Array, { low, high }: Box, axis: number, deviation: number): void {
  const radius = Math.ceil(2.5 * deviation);
  const kernel = Array.from({ length: radius + 1 }, (_, n) => Math.exp(-0.5 * (n / deviation) ** 2));
  const sum = kernel.reduce((total, weight, n) => total + (n === 0 ? weight : 2 * weight), 0);
  const weights = Float64Array.from(kernel, (weight) => weight / sum);
  const strides = [1, ROW_STRIDE, SLICE_STRIDE] as const;
  const [u, v] = axis === 0 ? ([1, 2] as const) : axis === 1 ? ([0, 2] as const) : ([0, 1] as const);
  const length = high[axis]! - low[axis]! + 1;
  const line = new Float32Array(length + 2 * radius);
  const stride = strides[axis]!;
  for (let b = low[v]; b <= high[v]; b++) {
    for (let a = low[u]; a <= high[u]; a++) {
      const start = low[axis]! * stride + a * strides[u] + b * strides[v];
      for (let n = 0; n < length; n++) line[n + radius] = signal[start + n * stride]!;
      for (let n = 0; n < length; n++) {
        const at = n + radius;
        if (line[at] === 0) continue;
        let value = line[at]! * weights[0]!;
        for (let r = 1; r <= radius; r++) value += (line[at - r]! + line[at + r]!) * weights[r]!;
        signal[start + n * stride] = value;
      }
    }
  }
}

/** Multiplies by exp of a random second-degree polynomial over the grid. */
function applyBias(signal: Float32Array, box: Box, strength: number, random: RandomStream): void {
  const [x1, y1, z1, xx, yy, zz, xy, xz, yz] = Array.from(
    { length: 9 },
    () => random.normal() * strength,
  ) as [number, number, number, number, number, number, number, number, number];
  const centered = (index: number, axis: number) => (2 * index) / (SHAPE[axis]! - 1) - 1;
  forEachRow(box, (start, end, j, k) => {
    const y = centered(j, 1);
    const z = centered(k, 2);
    const constant = y1 * y + z1 * z + yy * (y * y - 0.2) + zz * (z * z - 0.2) + yz * y * z;
    const linear = x1 + xy * y + xz * z;
    for (let voxel = start; voxel < end; voxel++) {
      if (signal[voxel] === 0) continue;
      const x = centered(voxel % ROW_STRIDE, 0);
      signal[voxel]! *= Math.exp(constant + linear * x + xx * (x * x - 0.2));
    }
  });
}

/** Takes the magnitude of a complex signal with normal noise in both channels, inside the brain. */
function addNoise(signal: Float32Array, deviation: number, noise: RandomStream): void {
  for (let voxel = 0; voxel < VOXEL_COUNT; voxel++) {
    const value = signal[voxel]!;
    if (value === 0) continue;
    const real = value + deviation * noise.normal();
    const imaginary = deviation * noise.normal();
    signal[voxel] = Math.sqrt(real * real + imaginary * imaginary);
  }
}

/** Converts to int16 at the scanner's brightness; uses a slope beyond int16's range. */
function quantize(signal: Float32Array, gain: number): { raw: Int16Array; slope: number } {
  const peak = signal.reduce((max, value) => Math.max(max, value), 0) * gain;
  const slope = peak > MAX_RAW ? Math.fround(peak / MAX_RAW) : 1;
  const raw = new Int16Array(VOXEL_COUNT);
  for (let voxel = 0; voxel < VOXEL_COUNT; voxel++) {
    // Never 0 inside the brain, so that a brain mask can be derived from the scan.
    if (signal[voxel] !== 0)
      raw[voxel] = Math.max(1, Math.min(32_767, Math.round((signal[voxel]! * gain) / slope)));
  }
  return { raw, slope };
}

function forEachRow(
  { low, high }: Box,
  visit: (start: number, end: number, j: number, k: number) => void,
): void {
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      const row = j * ROW_STRIDE + k * SLICE_STRIDE;
      visit(row + low[0], row + high[0] + 1, j, k);
    }
  }
}
