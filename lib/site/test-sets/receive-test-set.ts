import { createHash } from 'node:crypto';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { type PublicTestSet, publicTestSetSchema, SEALED_FORMAT } from '#lib/domain/test-sets/manifest.ts';
import { readJsonEntry, receiveTar, type TarEntry } from '#lib/platform/archives/receive-tar.ts';
import { type Stage, tooLarge } from '#lib/platform/storage/store.ts';
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

/** Subject hashes have about 500 bytes a scan. */
const MAX_DESCRIPTION_BYTES = 64 * 2 ** 20;
const MAX_MANIFEST_BYTES = 256 * 2 ** 20;
const MAX_CASE_FILE_BYTES = 4 * 2 ** 30;

export async function receiveTestSet(
  stage: Stage,
  chunks: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ReceivedTestSet> {
  const hash = createHash('sha256');
  let bytes = 0;
  const upload = {
    ...options,
    malformed,
    onChunk: (chunk: Uint8Array) => {
      bytes += chunk.byteLength;
      hash.update(chunk);
    },
  };
  const parts = await receiveTar(chunks, upload, (tar) => readEntries(stage, tar, options));
  return { ...parts, bytes, sha256: hash.digest('hex') };
}

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
      description = await readDescription(entry);
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

async function readDescription(entry: TarEntry): Promise<PublicTestSet> {
  const json = await readJsonEntry(entry, MAX_DESCRIPTION_BYTES, { malformed });
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
