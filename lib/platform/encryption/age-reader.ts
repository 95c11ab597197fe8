import { AgeFormatError, MAX_HEADER_BYTES, openHeader, type Unlock } from './age-header.ts';
import {
  CHUNK_BYTES,
  chunkCount,
  chunkNonce,
  decryptChunk,
  payloadKey,
  plainBytes,
  SALT_BYTES,
  TAG_BYTES,
} from './age-payload.ts';

/** A file that can be read from any place. */
export interface ReadableFile {
  bytes: number;
  read(from: number, to: number): Promise<Uint8Array>;
}

export interface OpenedFile {
  /** Of the content. */
  bytes: number;
  /** The content in order. Throws AgeFormatError at the first chunk that isn’t genuine. */
  content(): AsyncGenerator<Uint8Array>;
}

const CHUNKS_AT_ONCE = 64;

/**
 * Opens an age file: checks its header and its first chunk, so that a wrong key or another file is noticed before
 * anything is written. @throws AgeFormatError, AgeKeyError
 */
export async function openAgeFile(file: ReadableFile, unlock: Unlock): Promise<OpenedFile> {
  const header = await openHeader(await file.read(0, Math.min(MAX_HEADER_BYTES, file.bytes)), unlock);
  const start = header.bytes + SALT_BYTES;
  const bytes = contentBytes(file.bytes - header.bytes);
  const key = payloadKey(header.fileKey, await file.read(header.bytes, start));
  const last = chunkCount(bytes) - 1;
  const sealedBytes = CHUNK_BYTES + TAG_BYTES;
  const readChunks = async (first: number, count: number): Promise<Uint8Array> => {
    const from = start + first * sealedBytes;
    const sealed = await file.read(from, Math.min(from + count * sealedBytes, file.bytes));
    const plain = Buffer.allocUnsafe(sealed.length - Math.ceil(sealed.length / sealedBytes) * TAG_BYTES);
    for (let at = 0, chunk = first; at < sealed.length; at += sealedBytes, chunk++) {
      const part = sealed.subarray(at, at + sealedBytes);
      try {
        decryptChunk(key, chunkNonce(chunk, chunk === last), part, plain, (chunk - first) * CHUNK_BYTES);
      } catch (cause) {
        throw new AgeFormatError(`The file was changed or cut off at byte ${from + at} of ${file.bytes}.`, {
          cause,
        });
      }
    }
    return plain;
  };
  // Of a file that was cut off within its payload, the first chunk is genuine, and a later one tells.
  await readChunks(0, 1);
  return {
    bytes,
    async *content() {
      for (let chunk = 0; chunk <= last; chunk += CHUNKS_AT_ONCE)
        yield await readChunks(chunk, CHUNKS_AT_ONCE);
    },
  };
}

function contentBytes(payload: number): number {
  try {
    return plainBytes(payload);
  } catch (cause) {
    throw new AgeFormatError('The file is cut off.', { cause });
  }
}
