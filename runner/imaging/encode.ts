import { deflateSync, gzipSync } from 'node:zlib';
import { affineQuaternion } from './affine.ts';
import { MET_NAMES } from './metaimage.ts';
import { NIFTI_CODES, type NiftiHeader } from './nifti.ts';
import { NIFTI1_HEADER_BYTES, NIFTI2_HEADER_BYTES } from './nifti-fields.ts';
import { nearestOrthonormal } from './orthonormal.ts';
import {
  BYTES_PER_VOXEL,
  bytesOf,
  type DataType,
  dataTypeOf,
  type Grid,
  type RawData,
  spacingOf,
  type Triple,
  voxelCount,
} from './volume.ts';

/** Writers whose headers contain only numbers, so no field can identify a patient, a site or a machine. */

export interface Encodable extends Grid {
  data: RawData;
  /** Compression 1 to 9 (0 stores); null writes an uncompressed file. Default 6. */
  compressionLevel?: number | null;
}

export interface EncodableNifti extends Grid {
  data: RawData;
  /** gzip level 1 to 9 (0 stores); null writes a plain `.nii`. Default 6. */
  gzipLevel?: number | null;
  /** `value = raw · slope + intercept`; default unscaled. */
  slope?: number;
  intercept?: number;
}

/** The code of "aligned" coordinates, which are neither the scanner's nor those of an atlas. */
const ALIGNED = 2;
/** The code of mm, without a unit of time. */
export const MM = 2;

/**
 * Writes a NIfTI-1 file (`.nii.gz`, or `.nii` with `gzipLevel: null`), little-endian. The affine is voxel →
 * RAS mm in row order and is stored as float32.
 */
export function encodeNifti(image: EncodableNifti): Uint8Array {
  const { shape, affine, data, gzipLevel = 6, slope = 1, intercept = 0 } = image;
  checkLength(shape, data);
  const header = nifti1Header(dataTypeOf(data), { ...gridNumbers({ shape, affine }), slope, intercept });
  return joinNifti(header, data, gzipLevel);
}

/**
 * Header fields that describe a grid, by both forms, without scaling. A qform has no shear: that of a sheared
 * grid is the nearest one without, and that of a grid without volume is not set.
 */
export function gridNumbers({ shape, affine }: Grid): NiftiNumbers {
  const orthonormal = nearestOrthonormal(affine);
  const { qform, qfac } = orthonormal
    ? affineQuaternion(orthonormal)
    : { qform: [0, 0, 0, 0, 0, 0], qfac: 1 };
  return {
    shape,
    slope: 1,
    intercept: 0,
    pixdim: [qfac, ...spacingOf(affine), 0, 0, 0, 0],
    xyztUnits: MM,
    qformCode: orthonormal ? ALIGNED : 0,
    sformCode: ALIGNED,
    qform,
    sform: affine.slice(0, 12),
  };
}

export type NiftiNumbers = Pick<
  NiftiHeader,
  'shape' | 'slope' | 'intercept' | 'pixdim' | 'xyztUnits' | 'qformCode' | 'sformCode' | 'qform' | 'sform'
>;

/** The 352 bytes before the voxels of a NIfTI-1 file: the header without extensions. */
export function nifti1Header(dtype: DataType, numbers: NiftiNumbers): Uint8Array {
  const bytes = new Uint8Array(NIFTI1_HEADER_BYTES + 4);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, NIFTI1_HEADER_BYTES, true);
  bytes[38] = 'r'.charCodeAt(0);
  [3, ...numbers.shape, 1, 1, 1, 1].forEach((size, i) => {
    if (size > 32_767) throw new Error(`An axis of ${size} voxels is too long for NIfTI-1`);
    view.setInt16(40 + 2 * i, size, true);
  });
  view.setInt16(70, NIFTI_CODES[dtype], true);
  view.setInt16(72, 8 * BYTES_PER_VOXEL[dtype], true);
  numbers.pixdim.forEach((value, i) => {
    view.setFloat32(76 + 4 * i, value, true);
  });
  view.setFloat32(108, NIFTI1_HEADER_BYTES + 4, true);
  view.setFloat32(112, numbers.slope, true);
  view.setFloat32(116, numbers.intercept, true);
  bytes[123] = numbers.xyztUnits;
  view.setInt16(252, numbers.qformCode, true);
  view.setInt16(254, numbers.sformCode, true);
  [...numbers.qform, ...numbers.sform].forEach((value, i) => {
    view.setFloat32(256 + 4 * i, value, true);
  });
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  return bytes;
}

/** The 544 bytes before the voxels of a NIfTI-2 file: the header without extensions. Keeps float64. */
export function nifti2Header(dtype: DataType, numbers: NiftiNumbers): Uint8Array {
  const bytes = new Uint8Array(NIFTI2_HEADER_BYTES + 4);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, NIFTI2_HEADER_BYTES, true);
  bytes.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4); // "n+2" and line ends that reveal a text-mode copy
  view.setInt16(12, NIFTI_CODES[dtype], true);
  view.setInt16(14, 8 * BYTES_PER_VOXEL[dtype], true);
  [3, ...numbers.shape, 1, 1, 1, 1].forEach((size, i) => {
    view.setBigInt64(16 + 8 * i, BigInt(size), true);
  });
  numbers.pixdim.forEach((value, i) => {
    view.setFloat64(104 + 8 * i, value, true);
  });
  view.setBigInt64(168, BigInt(NIFTI2_HEADER_BYTES + 4), true);
  view.setFloat64(176, numbers.slope, true);
  view.setFloat64(184, numbers.intercept, true);
  view.setInt32(344, numbers.qformCode, true);
  view.setInt32(348, numbers.sformCode, true);
  [...numbers.qform, ...numbers.sform].forEach((value, i) => {
    view.setFloat64(352 + 8 * i, value, true);
  });
  view.setInt32(500, numbers.xyztUnits, true);
  return bytes;
}

/** Joins header and voxels to one file, compressed if a level is given. */
export function joinNifti(header: Uint8Array, data: RawData, gzipLevel: number | null): Uint8Array {
  const file = Buffer.allocUnsafeSlow(header.length + data.byteLength);
  file.set(header);
  file.set(bytesOf(data), header.length);
  // node:zlib writes neither a name nor a time to the gzip header.
  return gzipLevel === null ? file : gzipSync(file, { level: gzipLevel });
}

/**
 * Writes a MetaImage file (`.mha`), little-endian; zlib-compressed unless `compressionLevel` is null. The
 * affine is voxel → RAS mm and is written as LPS direction, spacing and offset.
 */
export function encodeMetaImage(image: Encodable): Uint8Array {
  const { shape, affine, data, compressionLevel = 6 } = image;
  checkLength(shape, data);
  const stored =
    compressionLevel === null ? bytesOf(data) : deflateSync(bytesOf(data), { level: compressionLevel });
  const spacing = spacingOf(affine);
  const lps = (row: number, column: number) => (row < 2 ? -1 : 1) * affine[4 * row + column]! || 0;
  const direction = [0, 1, 2].flatMap((axis) =>
    [0, 1, 2].map((row) => lps(row, axis) / (spacing[axis] || 1)),
  );
  const header = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    `CompressedData = ${compressionLevel === null ? 'False' : 'True'}`,
    ...(compressionLevel === null ? [] : [`CompressedDataSize = ${stored.length}`]),
    `TransformMatrix = ${direction.join(' ')}`,
    `Offset = ${[0, 1, 2].map((row) => lps(row, 3)).join(' ')}`,
    'CenterOfRotation = 0 0 0',
    `ElementSpacing = ${spacing.join(' ')}`,
    `DimSize = ${shape.join(' ')}`,
    `ElementType = ${MET_NAMES[dataTypeOf(data)]}`,
    'ElementDataFile = LOCAL',
    '',
  ].join('\n');
  return Buffer.concat([Buffer.from(header, 'latin1'), stored]);
}

function checkLength(shape: Triple, data: RawData): void {
  if (voxelCount(shape) !== data.length) {
    throw new Error(`${data.length} voxels do not fill a grid of ${shape.join(' × ')}`);
  }
}
