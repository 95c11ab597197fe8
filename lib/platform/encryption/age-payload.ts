import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * The payload of an age file (age-encryption.org/v1, "Payload"): a nonce of 16 bytes, then chunks of 64 KiB, each
 * encrypted with ChaCha20-Poly1305 under a key made of the file key and the nonce (STREAM). With OpenSSL this takes a
 * tenth of the time that it takes in JavaScript.
 */

export const CHUNK_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
export const SALT_BYTES = 16;

const CIPHER = 'chacha20-poly1305';
const TAG = { authTagLength: TAG_BYTES };

/** The header of one file, and the key that is wrapped in it. */
export interface AgeHeader {
  bytes: Uint8Array;
  fileKey: Uint8Array;
}

/** Writes the header and the encrypted payload behind it. A header must be used once. */
export function encryptPayload({ bytes: header, fileKey }: AgeHeader, plain: Uint8Array): Uint8Array {
  const salt = randomBytes(SALT_BYTES);
  const key = payloadKey(fileKey, salt);
  const chunks = chunkCount(plain.length);
  const start = header.length + SALT_BYTES;
  const sealed = Buffer.allocUnsafeSlow(start + plain.length + chunks * TAG_BYTES);
  sealed.set(header);
  sealed.set(salt, header.length);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const from = chunk * CHUNK_BYTES;
    const part = plain.subarray(from, from + CHUNK_BYTES);
    encryptChunk(
      key,
      chunkNonce(chunk, chunk === chunks - 1),
      part,
      sealed,
      start + from + chunk * TAG_BYTES,
    );
  }
  return sealed;
}

/** @throws Error if the payload was changed, cut off or extended, or isn't encrypted with this file key. */
export function decryptPayload(fileKey: Uint8Array, payload: Uint8Array): Uint8Array {
  const key = payloadKey(fileKey, payload.subarray(0, SALT_BYTES));
  const encrypted = payload.subarray(SALT_BYTES);
  const length = plainBytes(payload.length);
  const chunks = chunkCount(length);
  const plain = Buffer.allocUnsafeSlow(length);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const from = chunk * (CHUNK_BYTES + TAG_BYTES);
    const part = encrypted.subarray(from, from + CHUNK_BYTES + TAG_BYTES);
    decryptChunk(key, chunkNonce(chunk, chunk === chunks - 1), part, plain, chunk * CHUNK_BYTES);
  }
  return plain;
}

/** An empty file is one empty chunk. */
export function chunkCount(plainBytes: number): number {
  return Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));
}

/** Length of a payload, its salt included. */
export function payloadBytes(plainBytes: number): number {
  return SALT_BYTES + plainBytes + chunkCount(plainBytes) * TAG_BYTES;
}

/** @throws Error if no content has a payload of this length. */
export function plainBytes(payloadBytes: number): number {
  const encrypted = payloadBytes - SALT_BYTES;
  const chunks = Math.max(1, Math.ceil(encrypted / (CHUNK_BYTES + TAG_BYTES)));
  const length = encrypted - chunks * TAG_BYTES;
  // A last chunk without content is valid only where it is the only one: otherwise a file could be written in two ways.
  if (length < 0 || (chunks > 1 && length <= (chunks - 1) * CHUNK_BYTES))
    throw new Error('The payload is cut off.');
  return length;
}

export function payloadKey(fileKey: Uint8Array, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, salt, 'payload', 32));
}

/** Writes the ciphertext and its tag at `at` of `target`. */
export function encryptChunk(
  key: Uint8Array,
  nonce: Uint8Array,
  plain: Uint8Array,
  target: Uint8Array,
  at: number,
): void {
  const cipher = createCipheriv(CIPHER, key, nonce, TAG);
  target.set(cipher.update(plain), at);
  cipher.final();
  target.set(cipher.getAuthTag(), at + plain.length);
}

/** Writes the content of a chunk with its tag at `at` of `target`, which is right only if nothing is thrown. */
export function decryptChunk(
  key: Uint8Array,
  nonce: Uint8Array,
  encrypted: Uint8Array,
  target: Uint8Array,
  at: number,
): void {
  const decipher = createDecipheriv(CIPHER, key, nonce, TAG);
  decipher.setAuthTag(encrypted.subarray(-TAG_BYTES));
  target.set(decipher.update(encrypted.subarray(0, -TAG_BYTES)), at);
  decipher.final();
}

/** The number of the chunk as 11 bytes, big-endian, and a byte that is 1 for the last chunk. */
export function chunkNonce(chunk: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
