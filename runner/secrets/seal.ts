import { Encrypter, type Recipient } from 'age-encryption';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { type AgeHeader, decryptPayload, encryptPayload } from '#lib/platform/encryption/age-payload.ts';
import type { RunnerKey } from './key.ts';

/** An age file without content ends with a nonce and a tag of 16 bytes each. */
const EMPTY_PAYLOAD_BYTES = 32;

/** Encrypts with age (X25519), so that only the recipient's identity can decrypt. */
export async function seal(recipient: string, bytes: Uint8Array): Promise<Uint8Array> {
  return encryptPayload(await newHeader(recipient), bytes);
}

/** A header for one file, for a thread that seals it. The library makes it, and shows the file key to each recipient. */
export async function newHeader(recipient: string): Promise<AgeHeader> {
  let fileKey: Uint8Array = new Uint8Array();
  const observer: Recipient = {
    wrapFileKey(key) {
      fileKey = key;
      return [];
    },
  };
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  encrypter.addRecipient(observer);
  // As a stream, because the library collects its chunks by way of fetch’s Response, which takes long to load.
  const nothing = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
  const chunks: Uint8Array[] = [];
  for await (const chunk of await encrypter.encrypt(nothing)) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks).subarray(0, -EMPTY_PAYLOAD_BYTES), fileKey };
}

/**
 * `what` names the data in the error. Throws PlatformError if it is not sealed to this key, or is damaged.
 */
export async function unseal(key: RunnerKey, sealed: Uint8Array, what: string): Promise<Uint8Array> {
  try {
    const end = headerLength(sealed);
    const fileKey = await key.decrypter.decryptHeader(sealed.subarray(0, end));
    return decryptPayload(fileKey, sealed.subarray(end));
  } catch (cause) {
    throw new PlatformError('INTERNAL', `The sealed ${what} can’t be opened with this runner’s key.`, {
      cause,
    });
  }
}

/** Up to the end of the line of its MAC, the first one that begins with "---". The library checks the content. */
function headerLength(sealed: Uint8Array): number {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
  const macAt = bytes.indexOf('\n--- ');
  const end = macAt < 0 ? -1 : bytes.indexOf('\n', macAt + 1);
  if (end < 0) throw new Error('The header of age is incomplete.');
  return end + 1;
}
