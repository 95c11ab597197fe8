import { BYTES_PER_VOXEL, type DataType } from './volume.ts';

/** Returns a copy of voxel bytes in the opposite byte order. */
export function swapBytes(bytes: Uint8Array, dtype: DataType): Uint8Array {
  const size = BYTES_PER_VOXEL[dtype];
  if (size === 1) return bytes;
  const swapped = Buffer.allocUnsafeSlow(bytes.length);
  swapped.set(bytes);
  if (size === 2) return swapped.swap16();
  if (size === 4) return swapped.swap32();
  return swapped.swap64();
}
