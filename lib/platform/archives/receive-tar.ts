import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { DomainError } from '#lib/domain/errors.ts';
import { tooLarge, wrongLength } from '#lib/platform/storage/store.ts';

export type TarEntry = AsyncIterable<Uint8Array> & { header: Header };

export interface TarUpload {
  maxBytes: number;
  /** The declared length. The archive is refused if it differs. */
  expectedBytes: number | undefined;
  /** Called with every chunk of the archive. */
  onChunk?(chunk: Uint8Array): void;
  /** The refusal of an archive that isn’t what was expected. */
  malformed(problem: string): DomainError;
}

/**
 * Reads the entries of a tar archive as it streams in, one chunk at a time. Throws a refusal of `read` if there is one,
 * TOO_LARGE, UPLOAD_INCOMPLETE, `malformed` for what isn't a tar, and any other error as it is.
 */
export async function receiveTar<Result>(
  chunks: AsyncIterable<Uint8Array>,
  upload: TarUpload,
  read: (entries: AsyncIterable<TarEntry>) => Promise<Result>,
): Promise<Result> {
  const tar = extract();
  // If one fails, it ends the other with a generic error.
  const [fed, result] = await Promise.allSettled([
    pipeline(Readable.from(counted(chunks, upload)), tar),
    // tar-stream types chunks as unknown, but they are buffers.
    read(tar as AsyncIterable<unknown> as AsyncIterable<TarEntry>),
  ]);
  if (fed.status === 'fulfilled' && result.status === 'fulfilled') return result.value;
  throw toRefusal([result, fed], upload);
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  { maxBytes, expectedBytes, onChunk }: TarUpload,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    onChunk?.(chunk);
    yield chunk;
  }
  if (expectedBytes !== undefined && bytes !== expectedBytes) throw wrongLength(bytes, expectedBytes);
}

/** The refusal if there is one, otherwise the tar reader’s error as a refusal, otherwise the error itself. */
function toRefusal(results: readonly PromiseSettledResult<unknown>[], { malformed }: TarUpload): unknown {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const refusal = reasons.find((reason) => reason instanceof DomainError);
  if (refusal) return refusal;
  const isTarError = reasons.some((reason) =>
    /tar header|invalid header|exceeds max size|Unexpected end of data/i.test(String(reason)),
  );
  return isTarError ? malformed('It isn’t a tar file, or it is damaged.') : reasons.at(-1);
}

/** The content of a small JSON file. Throws TOO_LARGE, and `malformed` if it isn't JSON in UTF-8. */
export async function readJsonEntry(
  entry: TarEntry,
  maxBytes: number,
  { malformed }: Pick<TarUpload, 'malformed'>,
): Promise<unknown> {
  const { name, size = 0 } = entry.header;
  if (size > maxBytes) throw tooLarge(maxBytes);
  const bytes = await buffer(entry);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed(`Its ${name} isn’t valid JSON.`);
  }
}
