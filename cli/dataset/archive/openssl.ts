import { createDecipheriv, createHash } from 'node:crypto';
import { CommandError } from '#cli/command.ts';
import { isGzip } from '#runner/imaging/inflate.ts';

/**
 * Decrypts what `openssl aes-256-cbc -md sha256` writes, with or without `-a` (Base64): "Salted__", 8 bytes of salt,
 * and AES-256-CBC whose key and IV come from EVP_BytesToKey with one round of SHA-256. INDI distributes ATLAS so.
 */

const MAGIC = Buffer.from('Salted__');
/** "Salted__" in Base64, as far as it doesn't depend on the salt. */
const BASE64_MAGIC = 'U2FsdGVkX1';
const SALT_BYTES = 8;

export function isEncrypted(start: Uint8Array): boolean {
  const bytes = Buffer.from(start);
  return bytes.subarray(0, MAGIC.length).equals(MAGIC) || bytes.toString('latin1').startsWith(BASE64_MAGIC);
}

/** EVP_BytesToKey (openssl/crypto/evp/evp_key.c) with one round. */
function deriveKey(passphrase: Buffer, salt: Uint8Array): { key: Buffer; iv: Buffer } {
  const first = createHash('sha256').update(passphrase).update(salt).digest();
  const second = createHash('sha256').update(first).update(passphrase).update(salt).digest();
  return { key: first, iv: second.subarray(0, 16) };
}

const WRONG_KEY =
  'The archive can’t be decrypted: the key is wrong, or it was encrypted in another way than with openssl aes-256-cbc -md sha256. Check the key for missing characters and spaces.';
const DAMAGED =
  'The archive is truncated or damaged, or the key is wrong. Download it again and compare its size.';

/**
 * Decrypts a stream. The first block is checked against gzip and tar, so that a wrong key is reported at once.
 * Throws CommandError.
 */
export async function* decrypt(
  source: AsyncIterable<Buffer>,
  passphrase: string,
): AsyncGenerator<Buffer, void, undefined> {
  const binary = fromBase64(source);
  let head = Buffer.alloc(0);
  const headBytes = MAGIC.length + SALT_BYTES;
  let decipher: ReturnType<typeof createDecipheriv> | null = null;
  let checked = false;
  for await (const chunk of binary) {
    let bytes = chunk;
    if (decipher === null) {
      head = Buffer.concat([head, chunk]);
      if (head.length < headBytes) continue;
      const { key, iv } = deriveKey(Buffer.from(passphrase), head.subarray(MAGIC.length, headBytes));
      decipher = createDecipheriv('aes-256-cbc', key, iv);
      bytes = head.subarray(headBytes);
    }
    const plain = decipher.update(bytes);
    if (!checked && plain.length > 0) {
      checked = true;
      if (!isArchive(plain)) throw new CommandError(WRONG_KEY);
    }
    yield plain;
  }
  if (decipher === null) throw new CommandError(DAMAGED);
  try {
    yield decipher.final();
  } catch (cause) {
    throw new CommandError(checked ? DAMAGED : WRONG_KEY, { cause });
  }
}

/** gzip, or a tar with its magic. A wrong key gives either once in 65,536 times, and an error of gzip then. */
function isArchive(start: Buffer): boolean {
  return isGzip(start) || start.toString('latin1', 257, 262) === 'ustar';
}

/** The bytes of a stream that is Base64 with any line ends, or of a binary one as they are. */
async function* fromBase64(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let isText: boolean | null = null;
  let rest = '';
  for await (const chunk of source) {
    isText ??= !chunk.subarray(0, MAGIC.length).equals(MAGIC);
    if (!isText) {
      yield chunk;
      continue;
    }
    const text = rest + chunk.toString('latin1').replace(/\s+/g, '');
    if (/[^A-Za-z0-9+/=]/.test(text)) throw new CommandError(DAMAGED);
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    yield Buffer.from(text.slice(0, whole), 'base64');
  }
  if (rest !== '') throw new CommandError(DAMAGED);
}
