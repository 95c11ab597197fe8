export type Compression = 'none' | 'gzip' | 'zstd';

/** Number of leading bytes that `compressionOf` needs. */
export const MAGIC_BYTES = 4;

/**
 * Detects the compression from the first four bytes of a file (RFC 1952, RFC 8878). zstd data may start with
 * a skippable frame, as pzstd's does.
 */
export function compressionOf(start: Uint8Array): Compression {
  const [a, b, c, d] = start;
  if (a === 0x1f && b === 0x8b && c === 0x08) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && a >> 4 === 0x5 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  return 'none';
}
