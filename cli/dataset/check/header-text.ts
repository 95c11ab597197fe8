import { isGzip, peekGunzip } from '#runner/imaging/inflate.ts';
import { looksLikeMetaImage, parseTags } from '#runner/imaging/metaimage.ts';
import { looksLikeNifti } from '#runner/imaging/nifti.ts';
import { NIFTI1_HEADER_BYTES, NIFTI2_HEADER_BYTES } from '#runner/imaging/nifti-fields.ts';

/** A place in a file that can hold a patient's name, a site or a machine. Its text is never repeated. */
export interface HeaderText {
  field: string;
  /** Its length in bytes. */
  bytes: number;
}

/** Offset and length of the text fields (nifti1.h, nifti2.h). */
const TEXTS = {
  1: {
    data_type: [4, 10],
    db_name: [14, 18],
    descrip: [148, 80],
    aux_file: [228, 24],
    intent_name: [328, 16],
  },
  2: { descrip: [240, 80], aux_file: [320, 24], intent_name: [508, 16] },
} as const;

/** MetaImage tags that describe voxels and their position (metaImage.cxx). */
const PLAIN_TAGS = new Set(
  (
    'ObjectType ObjectSubType NDims TransformType TransformMatrix Rotation Orientation Offset Position Origin ' +
    'CenterOfRotation AnatomicalOrientation DistanceUnits ElementSpacing ElementSize DimSize ElementType ' +
    'ElementNumberOfChannels ElementMin ElementMax ElementToIntensityFunctionSlope ' +
    'ElementToIntensityFunctionOffset BinaryData BinaryDataByteOrderMSB ElementByteOrderMSB CompressedData ' +
    'CompressedDataSize CompressionLevel HeaderSize HeaderSizePerSlice Modality SequenceID ElementDataFile'
  ).split(' '),
);

/**
 * The text in the header of a NIfTI file (fields, extensions, name and comment of a gzip member) or in the free tags
 * of a MetaImage. rewriteImage (runner/imaging/rewrite.ts) copies none of it.
 *
 * @throws SubmissionError UNREADABLE if the start of the file can't be read.
 */
export function headerText(bytes: Uint8Array): HeaderText[] {
  if (!isGzip(bytes) && looksLikeMetaImage(bytes)) {
    return [...parseTags(bytes).tags]
      .filter(([tag, value]) => !PLAIN_TAGS.has(tag) && value !== '')
      .map(([tag, value]) => ({ field: `tag ${tag.slice(0, 40)}`, bytes: value.length }));
  }
  const start = isGzip(bytes) ? peekGunzip(bytes, NIFTI2_HEADER_BYTES + 4) : bytes;
  return [...(isGzip(bytes) ? gzipTexts(bytes) : []), ...(looksLikeNifti(start) ? niftiTexts(start) : [])];
}

function niftiTexts(start: Uint8Array): HeaderText[] {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const sizes: readonly number[] = [view.getInt32(0, true), view.getInt32(0, false)];
  const version = sizes.includes(NIFTI1_HEADER_BYTES) ? 1 : 2;
  const littleEndian = sizes[0] === NIFTI1_HEADER_BYTES || sizes[0] === NIFTI2_HEADER_BYTES;
  const fields = Object.entries(TEXTS[version]).flatMap(([field, [at, length]]) => {
    const size = textLength(start.subarray(at, at + length));
    return size === 0 ? [] : [{ field, bytes: size }];
  });
  const headerBytes = version === 1 ? NIFTI1_HEADER_BYTES : NIFTI2_HEADER_BYTES;
  if (start.length < headerBytes) return fields;
  const voxels =
    version === 1 ? view.getFloat32(108, littleEndian) : Number(view.getBigInt64(168, littleEndian));
  // Whatever lies between header and voxels, with or without the flag that announces it.
  const between = voxels - headerBytes - 4;
  return between > 0 ? [...fields, { field: 'extension', bytes: between }] : fields;
}

/** Up to the first zero, without blanks. */
function textLength(bytes: Uint8Array): number {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end))
    .toString('latin1')
    .trim().length;
}

/** Extra field, name and comment of the first member (RFC 1952). */
function gzipTexts(bytes: Uint8Array): HeaderText[] {
  const flags = bytes[3] ?? 0;
  const found: HeaderText[] = [];
  let at = 10;
  if (flags & 4) {
    const size = (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
    found.push({ field: 'gzip extra field', bytes: size });
    at += 2 + size;
  }
  for (const [flag, field] of [
    [8, 'gzip file name'],
    [16, 'gzip comment'],
  ] as const) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return found;
    if (end > at) found.push({ field, bytes: end - at });
    at = end + 1;
  }
  return found;
}
