import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { isGzip } from './inflate.ts';
import { looksLikeMetaImage, readMetaImage } from './metaimage.ts';
import { looksLikeNifti, type NiftiHeader, readNifti } from './nifti.ts';
import { looksLikePng, readPng } from './pictures/png.ts';
import { looksLikeTiff, readTiff } from './pictures/tiff.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, type Volume } from './volume.ts';

/**
 * Reads one 3-D image: NIfTI-1 or -2 (`.nii`, `.nii.gz` with any number of members, both byte orders) or
 * MetaImage (`.mha`, raw or zlib, both byte orders); or a picture, as an image of one slice: PNG or TIFF with one
 * channel. The format is detected from the content, not from a name.
 *
 * Nothing is allocated before the header has been checked against the existing bytes and `limits`;
 * decompression stops soon after the size that the header declares. Bytes behind the voxels are ignored.
 * `data` may share memory with `bytes`.
 *
 * @throws SubmissionError UNREADABLE with a message that contains the numbers.
 */
export function readVolume(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): Volume {
  if (looksLikePng(bytes)) return readPng(bytes, limits);
  if (looksLikeTiff(bytes)) return readTiff(bytes, limits);
  return readImage(bytes, limits).volume;
}

export interface ReadImage {
  volume: Volume;
  /** null for a MetaImage. */
  header: NiftiHeader | null;
}

/** Like readVolume, with the header of a NIfTI file. A scan is no picture, so pictures are not read. */
export function readImage(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): ReadImage {
  if (bytes.length === 0) throw new SubmissionError('UNREADABLE', 'The file is empty (0 bytes).');
  if (isGzip(bytes) || looksLikeNifti(bytes)) return readNifti(bytes, limits);
  if (looksLikeMetaImage(bytes)) return { volume: readMetaImage(bytes, limits), header: null };
  throw new SubmissionError(
    'UNREADABLE',
    `The file (${bytes.length} bytes) is neither NIfTI (.nii, .nii.gz) nor MetaImage (.mha).`,
  );
}
