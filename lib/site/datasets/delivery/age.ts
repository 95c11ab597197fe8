import {
  CHUNK_BYTES,
  chunkCount,
  chunkNonce,
  decryptChunk,
  encryptChunk,
  payloadKey,
  plainBytes,
  SALT_BYTES,
  TAG_BYTES,
} from '#lib/platform/encryption/age-payload.ts';
import { concatenate, inBlocks, ofBytes, type VirtualFile } from './virtual-file.ts';

/** What one age file is made of, besides its content. The same three for another content would reveal both. */
export interface AgeFile {
  /** Up to its MAC and line end, with the file key wrapped for the recipients. */
  header: Uint8Array;
  /** 16 bytes. */
  fileKey: Uint8Array;
  /** 16 bytes. */
  salt: Uint8Array;
}

/** An age file (age-encryption.org/v1) of `source` that can be read from any place on. */
export function ageFile(source: VirtualFile, { header, fileKey, salt }: AgeFile): VirtualFile {
  return concatenate([ofBytes(header), agePayload(source, fileKey, salt)]);
}

/** The part of an age file behind its header. */
export function agePayload(source: VirtualFile, fileKey: Uint8Array, salt: Uint8Array): VirtualFile {
  const key = payloadKey(fileKey, salt);
  const last = chunkCount(source.bytes) - 1;
  const encrypted = inBlocks(source, {
    contentBytes: CHUNK_BYTES,
    blockBytes: CHUNK_BYTES + TAG_BYTES,
    write(chunk, plain, target, at) {
      encryptChunk(key, chunkNonce(chunk, chunk === last), plain, target, at);
    },
  });
  return concatenate([ofBytes(salt), encrypted]);
}

/**
 * The content of the part of an age file behind its header. Each chunk that is read is genuine, or reading fails.
 * @param salt the first 16 bytes of the payload.
 * @throws Error at once if no content has a payload of this length.
 */
export function ageContent(payload: VirtualFile, fileKey: Uint8Array, salt: Uint8Array): VirtualFile {
  const key = payloadKey(fileKey, salt);
  const bytes = plainBytes(payload.bytes);
  const last = chunkCount(bytes) - 1;
  const chunkBytes = CHUNK_BYTES + TAG_BYTES;
  return {
    bytes,
    async *read(from, to) {
      if (from >= to) return;
      const first = Math.floor(from / CHUNK_BYTES);
      const end = Math.floor((to - 1) / CHUNK_BYTES) + 1;
      const encrypted: VirtualFile = {
        bytes: Math.min(end * chunkBytes, payload.bytes - SALT_BYTES) - first * chunkBytes,
        read: (start, stop) =>
          payload.read(SALT_BYTES + first * chunkBytes + start, SALT_BYTES + first * chunkBytes + stop),
      };
      const plain = inBlocks(encrypted, {
        contentBytes: chunkBytes,
        blockBytes: CHUNK_BYTES,
        write(index, part, target, at) {
          const chunk = first + index;
          decryptChunk(key, chunkNonce(chunk, chunk === last), part, target, at);
        },
      });
      yield* plain.read(from - first * CHUNK_BYTES, to - first * CHUNK_BYTES);
    },
  };
}
