import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import type { ReadLimits, Volume } from '#runner/imaging/volume.ts';

/** What PNG and TIFF have in common: one picture of one channel, as a volume of one slice without a size in mm. */

const NO_GEOMETRY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** A picture as a volume: pixels in rows from top left, spacing 1 of no unit. */
export function pictureVolume(
  format: 'PNG' | 'TIFF',
  [width, height]: readonly [number, number],
  pixels: Pick<Volume, 'dtype' | 'data'>,
): Volume {
  return volumeOn({ shape: [width, height, 1], affine: NO_GEOMETRY }, { format, ...pixels });
}

/** Checks sizes before anything is allocated. `bytes` is the size of the decoded pixels. */
export function checkPictureSize(
  width: number,
  height: number,
  bytes: number,
  { maxVoxelBytes }: ReadLimits,
): void {
  if (width < 1 || height < 1) throw unreadablePicture(`It has ${width} × ${height} pixels.`);
  if (bytes <= maxVoxelBytes) return;
  throw unreadablePicture(
    `Its header declares ${width} × ${height} pixels (${bytes} bytes); the limit is ${maxVoxelBytes} bytes.`,
  );
}

/**
 * The indices of a picture with a palette are its labels if nobody can read it otherwise: colors have no value of
 * their own. Grays have one, so each must equal its index.
 *
 * @param palette red, green and blue of each entry, of any number of bits.
 * @param scale what a gray of index 1 is in the palette's bits.
 */
export function checkPalette(
  indices: Uint8Array,
  palette: readonly (readonly [number, number, number])[],
  scale: number,
): void {
  const used = new Uint8Array(256);
  for (let i = 0; i < indices.length; i++) used[indices[i]!] = 1;
  for (let index = 0; index < 256; index++) {
    if (used[index] === 1 && index >= palette.length)
      throw unreadablePicture(`It uses entry ${index} of a palette of ${palette.length}.`);
  }
  const grays = palette.filter(([red, green, blue]) => red === green && green === blue);
  if (grays.length < palette.length) return;
  const other = palette.findIndex(([gray], index) => used[index] === 1 && gray !== index * scale);
  if (other === -1) return;
  throw unreadablePicture(
    `Its palette of grays is ambiguous: entry ${other} could mean the label ${other} or its gray. Write it without a palette, as one channel of 8 or 16 bits.`,
  );
}

/** The bits of packed 1-bit pixels as 0 and 1. Rows start on whole bytes. */
export function unpackBits(rows: Uint8Array, width: number, height: number): Uint8Array {
  const stride = Math.ceil(width / 8);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      pixels[y * width + x] = (rows[y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1;
  }
  return pixels;
}

export function unreadablePicture(message: string): SubmissionError {
  return new SubmissionError('UNREADABLE', `The picture can’t be read. ${message}`);
}
