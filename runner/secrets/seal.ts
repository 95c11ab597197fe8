import { Encrypter } from 'age-encryption';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { RunnerKey } from './key.ts';

/** Encrypts with age (X25519), so that only the recipient's identity can decrypt. */
export async function seal(recipient: string, bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const plain = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  // As a stream, because the library collects its chunks by way of fetch’s Response, which copies them twice.
  const encrypted = await encrypter.encrypt(plain);
  const sealed = Buffer.allocUnsafeSlow(encrypted.size(bytes.length));
  let at = 0;
  for await (const chunk of encrypted) {
    sealed.set(chunk, at);
    at += chunk.length;
  }
  return sealed;
}

/**
 * `what` names the data in the error. Throws PlatformError if it is not sealed to this key, or is damaged.
 */
export async function unseal(key: RunnerKey, sealed: Uint8Array, what: string): Promise<Uint8Array> {
  try {
    return await key.decrypter.decrypt(sealed);
  } catch (cause) {
    throw new PlatformError('INTERNAL', `The sealed ${what} can’t be opened with this runner’s key.`, {
      cause,
    });
  }
}
