import { createCipheriv, createHmac, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { CipherChain } from './cipher-chain.ts';
import { concatenate, ofBytes, type VirtualFile } from './virtual-file.ts';

const MAGIC = 'Salted__';
const BLOCK_BYTES = 16;
const ITERATIONS = 100_000;

/** Key and IV of an encrypted file, and the salt that they were made from. */
export interface OpensslKey {
  salt: Uint8Array;
  key: Uint8Array;
  iv: Uint8Array;
}

/** The key that `openssl enc -aes-256-cbc -pbkdf2 -iter 100000` makes from a passphrase and a salt of 8 bytes. */
export async function opensslKey(passphrase: string, salt: Uint8Array): Promise<OpensslKey> {
  const derived = await promisify(pbkdf2)(passphrase, salt, ITERATIONS, 48, 'sha256');
  return { salt, key: derived.subarray(0, 32), iv: derived.subarray(32) };
}

/**
 * What `openssl enc -aes-256-cbc -pbkdf2 -iter 100000` writes, decrypted by the same with `-d`. Nothing in the format
 * shows a changed file: give its HMAC with it. Each block depends on the one before it, so reading from the middle
 * encrypts from the last place that `chain` knows.
 * @param chain of this file alone.
 */
export function opensslFile(
  source: VirtualFile,
  { salt, key, iv }: OpensslKey,
  chain: CipherChain,
): VirtualFile {
  const header = Buffer.concat([Buffer.from(MAGIC), salt]);
  const { partBytes } = chain;
  const last = Math.floor(source.bytes / partBytes);
  async function* encryptPart(part: number): AsyncGenerator<Uint8Array> {
    const cipher = createCipheriv('aes-256-cbc', key, chain.ivs[part - 1] ?? iv);
    cipher.setAutoPadding(part === last);
    let end: Uint8Array | null = null;
    const to = Math.min((part + 1) * partBytes, source.bytes);
    for await (const chunk of source.read(part * partBytes, to)) {
      const encrypted = cipher.update(chunk);
      if (encrypted.length === 0) continue;
      end = encrypted.subarray(-BLOCK_BYTES);
      yield encrypted;
    }
    if (part === last) yield cipher.final();
    else if (end) chain.ivs[part] = Uint8Array.from(end);
  }
  const body: VirtualFile = {
    bytes: (Math.floor(source.bytes / BLOCK_BYTES) + 1) * BLOCK_BYTES,
    async *read(from, to) {
      if (from >= to) return;
      const first = Math.floor(from / partBytes);
      await chain.reach(first, encryptPart);
      for (let part = first, at = first * partBytes; at < to; part++) {
        for await (const chunk of encryptPart(part)) {
          const wanted = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
          at += chunk.length;
          if (wanted.length > 0) yield wanted;
          if (at >= to) return;
        }
      }
    },
  };
  return concatenate([ofBytes(header), body]);
}

/** The HMAC-SHA256 of a whole file, as `openssl dgst -sha256 -hmac KEY -r FILE` prints it. */
export async function hmacFile(file: VirtualFile, key: string, fileName: string): Promise<Uint8Array> {
  const hmac = createHmac('sha256', key);
  for await (const chunk of file.read(0, file.bytes)) hmac.update(chunk);
  return Buffer.from(`${hmac.digest('hex')} *${fileName}\n`);
}
