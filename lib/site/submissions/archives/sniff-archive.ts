import { compressionOf } from '#lib/domain/compression.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';

/** How much of a file is inspected: the first header of a tar. */
const HEAD_BYTES = 512;

const ADVICE = {
  image: `Create one with \`${SAVE_COMMAND}\`.`,
  model: 'Create one with `tar -czf model.tar.gz -C FOLDER .`.',
} as const;

/**
 * Passes a file through after checking that it begins like a tar, gzip or zstd file. The runner checks the
 * content.
 */
export async function* requireArchive(
  chunks: AsyncIterable<Uint8Array>,
  kind: keyof typeof ADVICE,
): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === null) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.byteLength < HEAD_BYTES && !isArchive(head)) continue;
    if (!isArchive(head)) throw notAnArchive(kind);
    yield head;
    head = null;
  }
  if (head !== null) throw notAnArchive(kind);
}

export function isArchive(head: Buffer): boolean {
  return compressionOf(head) !== 'none' || isTar(head);
}

/** Checks the checksum of the first header, because old tars don't contain the word "ustar". */
function isTar(head: Buffer): boolean {
  if (head.byteLength < HEAD_BYTES) return false;
  const written = Number.parseInt(head.toString('latin1', 148, 156), 8);
  let sum = 8 * 0x20;
  for (let index = 0; index < HEAD_BYTES; index++) {
    if (index < 148 || index >= 156) sum += head[index]!;
  }
  return written === sum;
}

function notAnArchive(kind: keyof typeof ADVICE): DomainError {
  return new DomainError(
    'INVALID',
    `This file isn’t ${kind === 'image' ? 'an image' : 'a model'} archive: it is neither a tar, gzip nor zstd file. Nothing was stored. ${ADVICE[kind]}`,
  );
}
