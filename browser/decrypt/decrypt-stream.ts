import { Decrypter } from 'age-encryption';

/** A problem that the reader can do something about. */
export class DecryptError extends Error {}

const IDENTITY = /^AGE-SECRET-KEY-1[0-9A-Z]+$/i;

/**
 * The content of an age file, while it is read. The header is checked first, so a wrong key is told before any content is
 * read. Each part that is delivered is genuine, or reading fails with DecryptError.
 *
 * @throws DecryptError if the key is wrong, or the file is no age file.
 */
export async function decryptStream(
  file: ReadableStream<Uint8Array>,
  key: string,
): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter();
  const text = key.trim();
  try {
    if (IDENTITY.test(text)) decrypter.addIdentity(text.toUpperCase());
    else decrypter.addPassphrase(text);
  } catch {
    throw new DecryptError(
      'This is not a whole secret key: it has a typing error. Copy it again from your account.',
    );
  }
  const content = await decrypter.decrypt(file).catch((error: Error) => {
    throw new DecryptError(explain(error.message));
  });
  const reader = content.getReader();
  return new ReadableStream({
    async pull(controller) {
      const part = await reader.read().catch(() => {
        throw new DecryptError(
          'The file is damaged or incomplete: a part of it could not be verified. Nothing behind that part was used. Download it again, and compare its size.',
        );
      });
      if (part.done) controller.close();
      else controller.enqueue(part.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function explain(message: string): string {
  if (message.includes('no identity matched') || message.includes('HMAC'))
    return 'Wrong key: the file was encrypted for another one. Nothing was written. Use the key or the passphrase that your account shows.';
  if (message.includes('work factor'))
    return 'The passphrase of this file takes too long to check in a browser. Use the age command.';
  return 'This file is not encrypted with age, or its beginning is damaged. Nothing was written. Choose the file that ends with .age.';
}
