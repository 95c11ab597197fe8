import { DomainError } from '#lib/domain/errors.ts';

/**
 * The header of an age file (age-encryption.org/v1): a version line, a stanza per recipient and a MAC. A
 * nonce of 16 bytes and chunks of ciphertext of at least 16 bytes follow. The site can't read further, but
 * the header shows that a file is sealed, and to a key rather than a passphrase.
 */
const VERSION = 'age-encryption.org/v1';
const MAX_HEADER_BYTES = 16_384;
const MIN_SEALED_BYTES = 32;
const X25519 = /^-> X25519 [A-Za-z0-9+/]{43}$/;
const FILE_KEY = /^[A-Za-z0-9+/]{43}$/;
const MAC = /^--- [A-Za-z0-9+/]{43}$/;
/** Meaningless stanzas that some writers add, so that readers learn to skip unknown ones. */
const GREASE = /^-> [!-~]+-grease( [!-~]+)*$/;

export function notSealed(name: string): DomainError {
  return new DomainError(
    'INVALID',
    `${name}: this file isn’t sealed. Nothing was stored. Create the set with \`heldout testset seal\`.`,
  );
}

/** Passes a file through, chunk by chunk, after checking that its header is sealed to a key. */
export async function* requireSealed(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let head = Buffer.alloc(0);
  let headerBytes: number | null = null;
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (headerBytes !== null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    headerBytes = headerLength(head, name);
    if (headerBytes !== null) yield head;
  }
  if (headerBytes === null || bytes < headerBytes + MIN_SEALED_BYTES) throw notSealed(name);
}

/**
 * Length of the header including its last line end; null while it is incomplete. Throws for any other file.
 */
export function headerLength(head: Buffer, name: string): number | null {
  const start = `${VERSION}\n`;
  if (!start.startsWith(head.toString('latin1', 0, start.length))) throw notSealed(name);
  const macAt = head.indexOf('\n--- ');
  const end = macAt < 0 ? -1 : head.indexOf('\n', macAt + 1);
  if (end < 0) {
    if (head.byteLength > MAX_HEADER_BYTES) throw notSealed(name);
    return null;
  }
  if (end >= MAX_HEADER_BYTES) throw notSealed(name);
  const lines = head.toString('latin1', 0, end).split('\n');
  if (!isSealedToKeys(lines.slice(1, -1)) || !MAC.test(lines.at(-1)!)) throw notSealed(name);
  return end + 1;
}

function isSealedToKeys(lines: readonly string[]): boolean {
  let keys = 0;
  let inGrease = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (X25519.test(line)) {
      if (!FILE_KEY.test(lines[++index] ?? '')) return false;
      keys += 1;
      inGrease = false;
    } else if (GREASE.test(line)) {
      inGrease = true;
    } else if (!inGrease || !/^[A-Za-z0-9+/]{0,64}$/.test(line)) {
      return false;
    }
  }
  return keys > 0;
}
