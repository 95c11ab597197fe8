import type { Checked } from './tar.ts';
import { concatenate, inBlocks, ofBytes, type VirtualFile } from './virtual-file.ts';

/** Length of a stored block's content in 16 bits (RFC 1951, section 3.2.4). */
export const MAX_STORED_BYTES = 65_535;
const BLOCK_HEADER_BYTES = 5;
/** Magic, deflate, no flags, no time, no level, unknown system (RFC 1952, section 2.3). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/**
 * A gzip file in stored blocks: every scan in it is compressed already, its length is known before it is read, and it
 * can be read from any place on.
 * @param storedBytes of content in each block, 1 to 65,535.
 */
export function gzipStored({ file, crc32 }: Checked, storedBytes = MAX_STORED_BYTES): VirtualFile {
  const last = Math.max(1, Math.ceil(file.bytes / storedBytes)) - 1;
  const deflated = inBlocks(file, {
    contentBytes: storedBytes,
    blockBytes: storedBytes + BLOCK_HEADER_BYTES,
    write(block, content, target, at) {
      target[at] = block === last ? 1 : 0;
      target.writeUInt16LE(content.length, at + 1);
      target.writeUInt16LE(content.length ^ 0xffff, at + 3);
      target.set(content, at + BLOCK_HEADER_BYTES);
    },
  });
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32, 0);
  trailer.writeUInt32LE(file.bytes % 2 ** 32, 4);
  return concatenate([ofBytes(HEADER), deflated, ofBytes(trailer)]);
}
