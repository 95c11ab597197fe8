import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { signedText } from '#lib/domain/test-sets/scorer-signature.ts';

/** Ed25519 keys with which organizers sign their scorers (lib/domain/test-sets/scorer-signature.ts). */

/** A new private key as PEM (PKCS #8). */
export function newScorerKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The public half as in the sealed manifest: 32 bytes in base64. Throws Error for any other kind of key. */
export function publicScorerKey(pem: string): string {
  const { crv, x } = createPublicKey(privateKeyOf(pem)).export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new Error('It isn’t an Ed25519 key.');
  return Buffer.from(x, 'base64url').toString('base64');
}

/** The signature of a scorer's archive, in base64. */
export function signScorer(pem: string, sha256: string): string {
  return sign(null, Buffer.from(signedText(sha256)), privateKeyOf(pem)).toString('base64');
}

export function isSignedBy(publicKey: string, sha256: string, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(signedText(sha256)), key, Buffer.from(signature, 'base64'));
}

function privateKeyOf(pem: string): KeyObject {
  return createPrivateKey({ key: pem, format: 'pem' });
}
