import { canonicalHeader } from '#runner/imaging/canonical.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { pictureSize } from '#runner/imaging/pictures/picture-size.ts';
import { readImage } from '#runner/imaging/read.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, voxelCount } from '#runner/imaging/volume.ts';

/**
 * A mask without foreground on the grid of an image: NIfTI, or PNG for a picture.
 *
 * @throws SubmissionError UNREADABLE if the image can't be read.
 */
export function emptyMaskLike(image: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): Uint8Array {
  const size = pictureSize(image, limits);
  if (size) return encodePng(...size, new Uint8Array(size[0] * size[1]), 'gray');
  const { grid } = canonicalHeader(readImage(image, limits));
  return encodeNifti({ ...grid, data: new Uint8Array(voxelCount(grid.shape)) });
}
