import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { quaternionAffine } from './affine.ts';
import { swapBytes } from './byte-order.ts';
import { gunzipFirst, isGzip, peekGunzip } from './inflate.ts';
import {
  NIFTI1_HEADER_BYTES,
  NIFTI2_HEADER_BYTES,
  type NiftiFields,
  nifti1Fields,
  nifti2Fields,
} from './nifti-fields.ts';
import { canonicalAffine } from './readings.ts';
import {
  BYTES_PER_VOXEL,
  type DataType,
  type Geometry,
  type ReadLimits,
  spacingOf,
  type Triple,
  typedView,
  type Volume,
  voxelCount,
} from './volume.ts';

/**
 * Reads single-file NIfTI-1 and NIfTI-2 (`.nii`, `.nii.gz`), as defined in nifti1.h and nifti2.h of the NIfTI
 * Data Format Working Group. Header fields are checked against the bytes of the file.
 */

/** Codes of `datatype`. */
export const NIFTI_CODES: Readonly<Record<DataType, number>> = {
  uint8: 2,
  int16: 4,
  int32: 8,
  float32: 16,
  float64: 64,
  int8: 256,
  uint16: 512,
  uint32: 768,
  int64: 1024,
  uint64: 1280,
};

const DATA_TYPES = new Map(Object.entries(NIFTI_CODES).map(([name, code]) => [code, name as DataType]));

const UNSUPPORTED_TYPES = new Map([
  [1, '1-bit'],
  [32, 'complex64'],
  [128, 'RGB'],
  [1536, 'float128'],
  [1792, 'complex128'],
  [2048, 'complex256'],
  [2304, 'RGBA'],
]);

/** mm per unit of the codes 1 (m), 2 (mm) and 3 (µm). Files of any other code are in mm, as ITK has it. */
const MM_PER_UNIT: Readonly<Record<number, number>> = { 1: 1000, 2: 1, 3: 0.001 };
/** The bits of xyzt_units that hold the unit of space. */
export const SPACE_BITS = 0x07;

/** The header fields that describe the voxels and their position; all others are dropped. */
export interface NiftiHeader
  extends Pick<
    NiftiFields,
    'pixdim' | 'xyztUnits' | 'qformCode' | 'sformCode' | 'qform' | 'sform' | 'slope' | 'intercept'
  > {
  version: 1 | 2;
  littleEndian: boolean;
  shape: Triple;
  dtype: DataType;
  /** Offset of the voxels in the uncompressed file. */
  dataOffset: number;
  geometry: Geometry;
}

/** Whether the (uncompressed) bytes start like a NIfTI header of either version and byte order. */
export function looksLikeNifti(bytes: Uint8Array): boolean {
  return headerLayout(bytes) !== null;
}

function headerLayout(bytes: Uint8Array): { version: 1 | 2; littleEndian: boolean } | null {
  if (bytes.length < 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === NIFTI1_HEADER_BYTES) return { version: 1, littleEndian };
    if (size === NIFTI2_HEADER_BYTES) return { version: 2, littleEndian };
  }
  return null;
}

/**
 * Reads a NIfTI file, uncompressed or gzip. Throws SubmissionError UNREADABLE; uses no more memory than
 * `limits` allow.
 */
export function readNifti(bytes: Uint8Array, limits: ReadLimits): { volume: Volume; header: NiftiHeader } {
  const compressed = isGzip(bytes);
  const start = compressed ? peekGunzip(bytes, NIFTI2_HEADER_BYTES) : bytes;
  const header = parseNiftiHeader(start);
  const voxelBytes = voxelCount(header.shape) * BYTES_PER_VOXEL[header.dtype];
  const size = header.dataOffset + voxelBytes;
  if (size > limits.maxVoxelBytes) {
    throw unreadable(
      `The header declares ${header.shape.join(' × ')} voxels of ${header.dtype} (${size} bytes); the limit is ${limits.maxVoxelBytes} bytes.`,
    );
  }
  const file = compressed ? gunzipFirst(bytes, size) : requireSize(bytes, size);
  const voxels = file.subarray(header.dataOffset, size);
  const data = typedView(header.littleEndian ? voxels : swapBytes(voxels, header.dtype), header.dtype);
  const { shape, geometry, dtype, slope, intercept } = header;
  const affine = canonicalAffine(header);
  const spacing = spacingOf(affine);
  return {
    header,
    volume: { format: 'NIFTI', shape, affine, geometry, spacing, dtype, data, slope, intercept },
  };
}

/** Bytes behind the voxels are ignored, as common readers do. */
function requireSize(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length >= size) return bytes;
  throw unreadable(
    `The file is truncated: it contains ${bytes.length} bytes, but the header declares ${size}.`,
  );
}

/** Parses and checks a header; `start` contains at least its bytes, or the whole file if that is shorter. */
export function parseNiftiHeader(start: Uint8Array): NiftiHeader {
  const layout = headerLayout(start);
  if (layout === null) throw unreadable('The file is neither NIfTI nor MetaImage.');
  const { version, littleEndian } = layout;
  const headerBytes = version === 1 ? NIFTI1_HEADER_BYTES : NIFTI2_HEADER_BYTES;
  if (start.length < headerBytes) {
    throw unreadable(`The file ends after ${start.length} bytes, inside its header of ${headerBytes} bytes.`);
  }
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const fields = version === 1 ? nifti1Fields(view, littleEndian) : nifti2Fields(view, littleEndian);
  checkMagic(start, version);
  const dtype = checkType(fields.datatype);
  const shape = checkShape(fields.dim);
  const dataOffset = checkOffset(fields.voxOffset, headerBytes);
  const scaled = Number.isFinite(fields.slope) && fields.slope !== 0;
  if (scaled && !Number.isFinite(fields.intercept)) {
    throw unreadable(`The header has scl_slope ${fields.slope} but scl_inter ${fields.intercept}.`);
  }
  const { pixdim, xyztUnits, qformCode, sformCode, qform, sform } = fields;
  return {
    version,
    littleEndian,
    shape,
    dtype,
    dataOffset,
    slope: scaled ? fields.slope : 1,
    intercept: scaled ? fields.intercept : 0,
    geometry: headerGeometry(fields),
    pixdim,
    xyztUnits,
    qformCode,
    sformCode,
    qform,
    sform,
  };
}

function checkMagic(start: Uint8Array, version: 1 | 2): void {
  const at = version === 1 ? 344 : 4;
  const magic = String.fromCharCode(...start.subarray(at, at + 3));
  const expected = version === 1 ? 'n+1' : 'n+2';
  if (magic === expected) return;
  if (magic === 'ni1' || magic === 'ni2') {
    throw unreadable('The voxels are in a second file (.hdr and .img). Write a single .nii or .nii.gz file.');
  }
  throw unreadable(`The header has no NIfTI magic (“${expected}”): this may be an Analyze file.`);
}

function checkType(code: number): DataType {
  const dtype = DATA_TYPES.get(code);
  if (dtype === undefined) {
    const name = UNSUPPORTED_TYPES.get(code) ?? 'unknown';
    throw unreadable(
      `The data type is ${name} (code ${code}); only integers and floats of 8 to 64 bits are supported.`,
    );
  }
  return dtype;
}

function checkShape(dim: readonly number[]): Triple {
  const count = dim[0]!;
  if (!(count >= 1 && count <= 7)) throw unreadable(`The header has dim[0] = ${count}; it must be 1 to 7.`);
  const sizes = dim.slice(1, count + 1);
  // Some writers leave the axes that they don't use at 0.
  const isValid = (size: number, axis: number) =>
    Number.isSafeInteger(size) && (size >= 1 || (size === 0 && axis >= 3));
  const invalid = sizes.findIndex((size, axis) => !isValid(size, axis));
  if (invalid !== -1) {
    throw unreadable(
      `The header has an axis without voxels: dim[${invalid + 1}] of ${sizes.join(' × ')} is ${sizes[invalid]}.`,
    );
  }
  if (sizes.slice(3).some((size) => size > 1)) {
    throw unreadable(`The image has ${count} dimensions (${sizes.join(' × ')}); it must be 3-D.`);
  }
  return [sizes[0]!, sizes[1] ?? 1, sizes[2] ?? 1];
}

function checkOffset(voxOffset: number, headerBytes: number): number {
  // 0 means "directly after the header and its four extension bytes" in files of old writers.
  const offset = voxOffset === 0 ? headerBytes + 4 : voxOffset;
  if (!Number.isSafeInteger(offset) || offset < headerBytes) {
    throw unreadable(
      `The header has vox_offset ${voxOffset}; the voxels must start at ${headerBytes + 4} or later.`,
    );
  }
  return offset;
}

function headerGeometry({ sformCode, qformCode, sform, qform, pixdim, xyztUnits }: NiftiFields): Geometry {
  const [, x, y, z] = pixdim.map(Math.abs);
  const spacing: Triple = [x!, y!, z!];
  const quaternion = quaternionAffine(qform, [pixdim[0]!, ...spacing]);
  const geometry = {
    sform: sformCode > 0 ? [...sform, 0, 0, 0, 1] : null,
    qform: qformCode > 0 ? quaternion : null,
    pixdim: spacing,
    mmPerUnit: MM_PER_UNIT[xyztUnits & SPACE_BITS] ?? 1,
  };
  const [name, used] = Object.entries(geometry).find(([, numbers]) => numbers !== null) as [string, number[]];
  if (!used.every(Number.isFinite)) {
    throw unreadable(`The affine in the header (${name}) contains NaN or infinity.`);
  }
  return geometry;
}

function unreadable(message: string): SubmissionError {
  return new SubmissionError('UNREADABLE', message);
}
