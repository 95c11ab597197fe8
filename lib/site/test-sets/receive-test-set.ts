import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { type PublicTestSet, publicTestSetSchema, SEALED_FORMAT } from '#lib/domain/test-sets/manifest.ts';
import { type Stage, tooLarge, wrongLength } from '#lib/platform/storage/store.ts';
import { requireSealed } from './sealed-header.ts';

/**
 * Unpacks a sealed test set (lib/domain/test-sets/manifest.ts) as it streams in. Keeps at most one chunk in
 * memory.
 */
export interface ReceivedTestSet {
  description: PublicTestSet;
  manifestBlob: string;
  /** null if the set has no archive for an organizer's scorer. */
  groundTruthBlob: string | null;
  cases: { inputBlob: string; truthBlob: string }[];
  /** Of the uploaded file. */
  bytes: number;
  sha256: string;
}

export interface ReceiveOptions {
  maxBytes: number;
  expectedBytes: number | undefined;
  /** Called after the first file was read. Throws to refuse the set. */
  acceptDescription(description: PublicTestSet): Promise<void>;
}

const MAX_DESCRIPTION_BYTES = 1 << 20;
const MAX_MANIFEST_BYTES = 256 * 2 ** 20;
const MAX_CASE_FILE_BYTES = 4 * 2 ** 30;

export async function receiveTestSet(
  stage: Stage,
  chunks: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ReceivedTestSet> {
  const whole = { bytes: 0, hash: createHash('sha256') };
  const tar = extract();
  // If one fails, it ends the other with a generic error.
  const [fed, read] = await Promise.allSettled([
    pipeline(Readable.from(countBytes(chunks, whole, options)), tar),
    // tar-stream types chunks as unknown, but they are buffers.
    readEntries(stage, tar as AsyncIterable<unknown> as AsyncIterable<TarEntry>, options),
  ]);
  if (fed.status === 'rejected' || read.status === 'rejected') throw toRefusal([read, fed]);
  return { ...read.value, bytes: whole.bytes, sha256: whole.hash.digest('hex') };
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  whole: { bytes: number; hash: ReturnType<typeof createHash> },
  { maxBytes, expectedBytes }: ReceiveOptions,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    whole.bytes += chunk.byteLength;
    if (whole.bytes > maxBytes) throw tooLarge(maxBytes);
    whole.hash.update(chunk);
    yield chunk;
  }
  if (expectedBytes === undefined || whole.bytes === expectedBytes) return;
  throw wrongLength(whole.bytes, expectedBytes);
}

type TarEntry = AsyncIterable<Uint8Array> & { header: Header };
type Parts = Pick<ReceivedTestSet, 'description' | 'manifestBlob' | 'groundTruthBlob' | 'cases'>;

async function readEntries(
  stage: Stage,
  tar: AsyncIterable<TarEntry>,
  options: ReceiveOptions,
): Promise<Parts> {
  let description: PublicTestSet | null = null;
  const blobs: string[] = [];
  for await (const entry of tar) {
    const { name, type, size = 0 } = entry.header;
    const expected = expectedName(description, blobs.length);
    if (type !== 'file' || name !== expected) {
      throw malformed(
        expected
          ? `"${expected}" is missing or in the wrong place.`
          : 'It contains more files than its cases.',
      );
    }
    if (!description) {
      description = await readDescription(entry, size);
      await options.acceptDescription(description);
      continue;
    }
    const maxBytes = blobs.length === 0 ? MAX_MANIFEST_BYTES : MAX_CASE_FILE_BYTES;
    if (size > maxBytes) throw tooLarge(maxBytes);
    const blob = await stage.put(requireSealed(entry, name), { maxBytes, expectedBytes: size });
    blobs.push(blob.sha256);
  }
  const missing = expectedName(description, blobs.length);
  if (!description || missing) throw malformed(`"${missing}" is missing.`);
  const [manifestBlob, ...rest] = blobs;
  const hasGroundTruth = blobs.length % 2 === 0;
  const [groundTruthBlob = null, ...files] = hasGroundTruth ? rest : [null, ...rest];
  const cases = Array.from({ length: description.caseCount }, (_, index) => ({
    inputBlob: files[2 * index]!,
    truthBlob: files[2 * index + 1]!,
  }));
  return { description, manifestBlob: manifestBlob!, groundTruthBlob, cases };
}

/** The only file name allowed next; null if the set is complete. */
function expectedName(description: PublicTestSet | null, filesBefore: number): string | null {
  if (!description) return 'testset.json';
  if (filesBefore === 0) return 'manifest.age';
  const hasGroundTruth = 'hasGroundTruth' in description && description.hasGroundTruth;
  if (filesBefore === 1 && hasGroundTruth) return 'ground-truth.age';
  const caseFile = filesBefore - (hasGroundTruth ? 2 : 1);
  const index = Math.floor(caseFile / 2);
  if (index >= description.caseCount) return null;
  const [input, truth] = description.format === SEALED_FORMAT ? ['inputs', 'truths'] : ['scan', 'truth'];
  const part = caseFile % 2 === 0 ? input : truth;
  return `cases/${String(index).padStart(4, '0')}.${part}.age`;
}

async function readDescription(entry: AsyncIterable<Uint8Array>, size: number): Promise<PublicTestSet> {
  if (size > MAX_DESCRIPTION_BYTES) throw tooLarge(MAX_DESCRIPTION_BYTES);
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw malformed('Its testset.json isn’t valid JSON.');
  }
  const parsed = parseOrDescribe(publicTestSetSchema, json);
  if (parsed.success) return parsed.data;
  const [first] = formatProblems(parsed.problems);
  throw malformed(`Its testset.json is invalid: ${first}`);
}

function malformed(why: string): DomainError {
  return new DomainError(
    'INVALID',
    `This isn’t a sealed test set. ${why} Nothing was stored. Create one with \`heldout testset seal\`.`,
  );
}

/** The refusal if there is one, otherwise the tar reader’s error as a refusal, otherwise the error itself. */
function toRefusal(results: readonly PromiseSettledResult<unknown>[]): unknown {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const refusal = reasons.find((reason) => reason instanceof DomainError);
  if (refusal) return refusal;
  const isTarError = reasons.some((reason) =>
    /tar header|invalid header|exceeds max size|Unexpected end of data/i.test(String(reason)),
  );
  return isTarError ? malformed('It isn’t a tar file, or it is damaged.') : reasons.at(-1);
}
