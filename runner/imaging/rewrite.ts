import { encodeMetaImage, gridNumbers, joinNifti, nifti1Header, nifti2Header } from './encode.ts';
import { isGzip } from './inflate.ts';
import { looksLikeNifti, type NiftiHeader, readNifti } from './nifti.ts';
import { readVolume } from './read.ts';
import { DEFAULT_READ_LIMITS, type RawData, type ReadLimits, type Volume } from './volume.ts';

/** Speed matters more than size, because the file exists for only one container run. */
const FAST = 1;

/**
 * Rewrites a scan for containers: the file has the same voxels, type, scaling and grid, and nothing else in
 * its header. NIfTI's descrip, db_name, aux_file, intent name and extensions, the file name and time of a
 * gzip member and free MetaImage tags can identify the patient or the site, so none of them is copied.
 *
 * NIfTI → NIfTI keeps the version and the numbers of qform and sform. MetaImage has no scaling, so a scaled
 * NIfTI becomes float64 there.
 * @throws SubmissionError UNREADABLE if the scan can't be read; the file is the organizer's, not a team's.
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

/**
 * Copies the numbers to an empty header, except times and slices (pixdim[4…7]), which reveal the protocol.
 */
function cleanHeader(header: NiftiHeader): Uint8Array {
  const write = header.version === 1 ? nifti1Header : nifti2Header;
  return write(header.dtype, { ...header, pixdim: [...header.pixdim.slice(0, 4), 0, 0, 0, 0] });
}

function unscaled({ data, slope, intercept }: Pick<Volume, 'data' | 'slope' | 'intercept'>): RawData {
  if (slope === 1 && intercept === 0) return data;
  return Float64Array.from(data as ArrayLike<number | bigint>, (raw) => Number(raw) * slope + intercept);
}
