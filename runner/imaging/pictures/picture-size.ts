import type { ReadLimits } from '#runner/imaging/volume.ts';
import { pngSize } from './png.ts';
import { tiffSize } from './tiff.ts';

/**
 * Width and height of a PNG or TIFF picture, without its pixels; null for any other file.
 *
 * @throws SubmissionError UNREADABLE if its header can't be read.
 */
export function pictureSize(bytes: Uint8Array, limits: ReadLimits): [number, number] | null {
  return pngSize(bytes, limits) ?? tiffSize(bytes, limits);
}
