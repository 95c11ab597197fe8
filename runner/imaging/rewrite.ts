import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { ImageFormat } from '#lib/domain/tasks/sockets.ts';
import { canonicalHeader, encodeOn } from './canonical.ts';
import { encodeMetaImage } from './encode.ts';
import { looksLikePng } from './pictures/png.ts';
import { rewritePng, rewriteTiff } from './pictures/rewrite-picture.ts';
import { looksLikeTiff } from './pictures/tiff.ts';
import { readImage } from './read.ts';
import { DEFAULT_READ_LIMITS, type RawData, type ReadLimits, type Volume } from './volume.ts';

/** Speed matters more than size, because the file exists for only one container run. */
const FAST = 1;

/**
 * Rewrites an image for containers: the file has the same voxels, type and scaling, a canonical header, and nothing
 * else. NIfTI's descrip, db_name, aux_file, intent name and extensions, the file name and time of a gzip member
 * and free MetaImage tags can identify the patient or the site, so none of them is copied.
 *
 * NIfTI → NIfTI keeps the version and, if the header is canonical, the numbers of qform and sform. MetaImage has
 * no scaling, so a scaled NIfTI becomes float64 there.
 * @throws SubmissionError UNREADABLE if the scan can't be read; the file is the organizer's, not a team's.
 */
export function rewriteImage(
  bytes: Uint8Array,
  format: ImageFormat,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): Uint8Array {
  if (format === 'png' || format === 'tif') return rewritePicture(bytes, format);
  const image = readImage(bytes, limits);
  const { grid, numbers } = canonicalHeader(image);
  if (format === 'nii.gz') return encodeOn(image, numbers, FAST);
  return encodeMetaImage({ ...grid, data: unscaled(image.volume), compressionLevel: FAST });
}

function rewritePicture(bytes: Uint8Array, format: 'png' | 'tif'): Uint8Array {
  if (format === 'png' && looksLikePng(bytes)) return rewritePng(bytes);
  if (format === 'tif' && looksLikeTiff(bytes)) return rewriteTiff(bytes);
  throw new SubmissionError('UNREADABLE', `The file (${bytes.length} bytes) is no .${format} picture.`);
}

function unscaled({ data, slope, intercept }: Pick<Volume, 'data' | 'slope' | 'intercept'>): RawData {
  if (slope === 1 && intercept === 0) return data;
  return Float64Array.from(data as ArrayLike<number | bigint>, (raw) => Number(raw) * slope + intercept);
}
