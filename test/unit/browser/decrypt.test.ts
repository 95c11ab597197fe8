import { randomBytes } from 'node:crypto';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { decryptStream } from '#browser/decrypt/decrypt-stream.ts';

/** Three chunks of age. */
const CONTENT = randomBytes(150_000);

async function encryptFor(add: (encrypter: Encrypter) => void): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(10);
  add(encrypter);
  return await encrypter.encrypt(CONTENT);
}

async function decrypt(file: Uint8Array, key: string): Promise<Buffer> {
  const content = await decryptStream(new Blob([Uint8Array.from(file)]).stream(), key);
  return Buffer.from(await new Response(content).arrayBuffer());
}

test('an identity or a passphrase decrypts a file, also with space around it', async () => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const ofIdentity = await encryptFor((encrypter) => encrypter.addRecipient(recipient));
  expect((await decrypt(ofIdentity, ` ${identity.toLowerCase()}\n`)).equals(CONTENT)).toBe(true);
  const ofPassphrase = await encryptFor((encrypter) => encrypter.setPassphrase('three words here'));
  expect((await decrypt(ofPassphrase, 'three words here')).equals(CONTENT)).toBe(true);
  await expect(decrypt(ofPassphrase, 'three words')).rejects.toThrow('Wrong key');
  await expect(decrypt(ofIdentity, 'three words here')).rejects.toThrow('Wrong key');
});

test('a wrong key is told from the header, before any content is read', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const file = await encryptFor((encrypter) => encrypter.addRecipient(recipient));
  const header = Uint8Array.from(file.subarray(0, 1000));
  const endless = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(header) });
  await expect(decryptStream(endless, await generateX25519Identity())).rejects.toThrow('Nothing was written');
});

test('a key with a typing error, another file, and a damaged one are told apart', async () => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const file = await encryptFor((encrypter) => encrypter.addRecipient(recipient));
  const mistyped = `${identity.slice(0, -1)}${identity.endsWith('Q') ? 'P' : 'Q'}`;
  await expect(decrypt(file, mistyped)).rejects.toThrow('typing error');
  await expect(decrypt(Buffer.from('PK'), identity)).rejects.toThrow('not encrypted with age');
  await expect(decrypt(file.subarray(0, 100_000), identity)).rejects.toThrow('damaged or incomplete');
  const changed = Uint8Array.from(file);
  changed[100_000]! ^= 1;
  await expect(decrypt(changed, identity)).rejects.toThrow('damaged or incomplete');
});
