import { zstdCompressSync } from 'node:zlib';

/** A frame that readers skip (RFC 8878, 3.1.2). */
export function skippableFrame(content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

/** Compresses like pzstd: one frame per piece, preceded by a skippable frame with its length. */
export function pzstd(content: Buffer, pieceBytes = 1000): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += pieceBytes) {
    const frame = zstdCompressSync(content.subarray(at, at + pieceBytes));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(frame.length);
    parts.push(skippableFrame(size), frame);
  }
  return Buffer.concat(parts);
}

/**
 * Compresses like podman's zstd:chunked: consecutive frames, with the table of contents in skippable ones.
 */
export function zstdChunked(content: Buffer): Buffer {
  const pieces = [content.subarray(0, 512), content.subarray(512)];
  const toc = skippableFrame(Buffer.from('{"version":1,"entries":[]}'));
  return Buffer.concat([
    ...pieces.map((piece) => zstdCompressSync(piece)),
    toc,
    skippableFrame(Buffer.alloc(64)),
  ]);
}
