import { encodeMetaImage, gridNumbers, joinNifti, nifti1Header, nifti2Header } from './encode.ts';
import { isGzip } from './inflate.ts';
import { looksLikeNifti, type NiftiHeader, readNifti } from './nifti.ts';
import { readVolume } from './read.ts';
import { DEFAULT_READ_LIMITS, type RawData, type ReadLimits, type Volume } from './volume.ts';

/** Speed matters more than size here: the file lives for one container run. */
const FAST = 1;

/**
 * A scan as a container may see it: the same voxels, type, scale and grid in a file whose header holds nothing
 * else. NIfTI's descrip, db_name, aux_file, intent name and extensions, a gzip member's file name and time
 * and a MetaImage's free tags can name the patient or the site; none of them is carried over.
 *
 * NIfTI → NIfTI keeps qform and sform number by number, and the version. MetaImage has no scale: a scaled
 * NIfTI becomes float64 there.
 *
 * @throws SubmissionError UNREADABLE where the scan can't be read: the organizer's file, not a team's.
 */
export function rewriteScan(
  bytes: Uint8Array,
  format: 'NII_GZ' | 'MHA',
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): Uint8Array {
  if (format === 'MHA') {
    const { shape, affine, ...volume } = readVolume(bytes, limits);
    return encodeMetaImage({ shape, affine, data: unscaled(volume), compressionLevel: FAST });
  }
  if (isGzip(bytes) || looksLikeNifti(bytes)) {
    const { volume, header } = readNifti(bytes, limits);
    return joinNifti(cleanHeader(header), volume.data, FAST);
  }
  const volume = readVolume(bytes, limits);
  return joinNifti(nifti1Header(volume.dtype, gridNumbers(volume)), volume.data, FAST);
}

/** The same numbers in an empty header; times and slices (pixdim[4…7]) go too, they say which protocol. */
function cleanHeader(header: NiftiHeader): Uint8Array {
  const write = header.version === 1 ? nifti1Header : nifti2Header;
  return write(header.dtype, { ...header, pixdim: [...header.pixdim.slice(0, 4), 0, 0, 0, 0] });
}

function unscaled({ data, slope, intercept }: Pick<Volume, 'data' | 'slope' | 'intercept'>): RawData {
  if (slope === 1 && intercept === 0) return data;
  return Float64Array.from(data as ArrayLike<number | bigint>, (raw) => Number(raw) * slope + intercept);
}
