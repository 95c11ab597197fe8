import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Buffer } from 'buffer/index.js';

/** What the sealing code uses of `node:crypto`, for browsers: Web Crypto's functions can't be called synchronously. */

const TAG_BYTES = 16;

interface Hash {
  update(bytes: Uint8Array): Hash;
  digest(encoding: 'hex'): string;
}

export function createHash(name: string): Hash {
  if (name !== 'sha256') throw new Error(`There is no ${name} here.`);
  const state = sha256.create();
  const hash: Hash = {
    update(bytes) {
      state.update(bytes);
      return hash;
    },
    digest: (encoding) => Buffer.from(state.digest()).toString(encoding),
  };
  return hash;
}

export function hkdfSync(_: 'sha256', key: Uint8Array, salt: Uint8Array, info: string, length: number) {
  return hkdf(sha256, key, salt, new TextEncoder().encode(info), length);
}

export function randomBytes(size: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(size)));
}

/** From 0 to `max`, which it excludes. Numbers that would make some results more frequent are drawn again. */
export function randomInt(max: number): number {
  const limit = 2 ** 32 - (2 ** 32 % max);
  for (;;) {
    const [drawn] = crypto.getRandomValues(new Uint32Array(1));
    if (drawn! < limit) return drawn! % max;
  }
}

/** ChaCha20-Poly1305 of a text that is passed in one piece. */
export function createCipheriv(_: 'chacha20-poly1305', key: Uint8Array, nonce: Uint8Array) {
  let tag: Uint8Array | null = null;
  return {
    update(plain: Uint8Array): Uint8Array {
      if (tag !== null) throw new Error('The text must be passed in one piece.');
      const encrypted = chacha20poly1305(key, nonce).encrypt(plain);
      tag = encrypted.subarray(-TAG_BYTES);
      return encrypted.subarray(0, -TAG_BYTES);
    },
    final() {},
    getAuthTag: () => tag!,
  };
}

/** Verifies before it returns anything, so the tag must be set first. */
export function createDecipheriv(_: 'chacha20-poly1305', key: Uint8Array, nonce: Uint8Array) {
  let tag: Uint8Array = new Uint8Array();
  return {
    setAuthTag(bytes: Uint8Array) {
      tag = bytes;
    },
    update: (encrypted: Uint8Array) => chacha20poly1305(key, nonce).decrypt(Buffer.concat([encrypted, tag])),
    final() {},
  };
}
