/** Supported voxel types; the names give signedness, kind and bits. */
export type DataType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

export type RawData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export type Triple = readonly [number, number, number];

export const BYTES_PER_VOXEL: Readonly<Record<DataType, 1 | 2 | 4 | 8>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** The position of voxels in the world. */
export interface Grid {
  /** Number of voxels along the three axes; the first axis varies fastest in memory. */
  shape: Triple;
  /** 16 numbers in row order: voxel index (center of a voxel) → RAS in mm. */
  affine: readonly number[];
}

/**
 * What a header says about the position of its voxels, in the file's own unit, before a reader chooses
 * (readings.ts). Only the numbers that count for the canonical reading are known to be finite.
 */
export interface Geometry {
  /** A 4 × 4 affine; null if its code is 0. A MetaImage has only this one. */
  sform: readonly number[] | null;
  /** null if its code is 0. */
  qform: readonly number[] | null;
  /** The spacing that is stored apart from the sform; never negative. */
  pixdim: Triple;
  mmPerUnit: number;
}

/** A 3-D image as stored: `value = raw · slope + intercept`. */
export interface Volume extends Grid {
  format: 'NIFTI' | 'MHA' | 'PNG' | 'TIFF';
  /** What the header says about the position; `affine` is its canonical reading. */
  geometry: Geometry;
  /** Distance between neighboring voxels along each axis, in mm. */
  spacing: Triple;
  dtype: DataType;
  /** In the machine's byte order, first axis fastest. */
  data: RawData;
  /** Never 0 and always finite; 1, with an intercept of 0, in files without scaling. */
  slope: number;
  intercept: number;
}

/** Memory limits of a reader. */
export interface ReadLimits {
  /** Uncompressed voxel data of one image, in bytes. */
  maxVoxelBytes: number;
}

/** 512 MiB: a 400 × 400 × 400 grid of float64. */
export const DEFAULT_READ_LIMITS: ReadLimits = { maxVoxelBytes: 512 * 1024 * 1024 };

/** Whether voxels have a size. Pixels of a picture have none: their spacing is 1 of no unit. */
export function hasMillimetres({ format }: Pick<Volume, 'format'>): boolean {
  return format === 'NIFTI' || format === 'MHA';
}

export function voxelCount(shape: Triple): number {
  return shape[0] * shape[1] * shape[2];
}

/** Lengths of the affine's columns: the spacing in mm along each voxel axis. */
export function spacingOf(affine: readonly number[]): [number, number, number] {
  return [0, 1, 2].map((axis) => Math.hypot(affine[axis]!, affine[4 + axis]!, affine[8 + axis]!)) as [
    number,
    number,
    number,
  ];
}

/**
 * A typed view of `bytes` (which must contain whole voxels in the machine's byte order). A copy if they do
 * not start at a multiple of 8 bytes, so that voxels can always be read as words.
 */
export function typedView(bytes: Uint8Array, dtype: DataType): RawData {
  const size = BYTES_PER_VOXEL[dtype];
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.prototype.slice.call(bytes);
  const length = aligned.byteLength / size;
  const { buffer, byteOffset } = aligned;
  switch (dtype) {
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, length);
    case 'uint64':
      return new BigUint64Array(buffer, byteOffset, length);
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** The data type of a typed array. */
export function dataTypeOf(data: RawData): DataType {
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Int16Array) return 'int16';
  if (data instanceof Uint16Array) return 'uint16';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint32Array) return 'uint32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof BigUint64Array) return 'uint64';
  if (data instanceof Float32Array) return 'float32';
  return 'float64';
}

/** The bytes of a typed array, without a copy. */
export function bytesOf(data: RawData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
