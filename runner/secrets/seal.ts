import { Encrypter } from 'age-encryption';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { RunnerKey } from './key.ts';

/** So that only who holds the recipient's identity can open it: age, X25519. */
export function seal(recipient: string, bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return encrypter.encrypt(bytes);
}

/** `what` names it in the fault. Throws PlatformError where it is not sealed to this key, or was damaged. */
export async function unseal(key: RunnerKey, sealed: Uint8Array, what: string): Promise<Uint8Array> {
  try {
    return await key.decrypter.decrypt(sealed);
  } catch (cause) {
    throw new PlatformError('INTERNAL', `The sealed ${what} can't be opened with this runner's key.`, {
      cause,
    });
  }
}
