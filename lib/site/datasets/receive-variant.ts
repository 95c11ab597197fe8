import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  MAX_RELEASE_FILES,
  pathProblem,
  VARIANT_DESCRIPTION_NAME,
  type VariantDescription,
  variantDescriptionSchema,
} from '#lib/domain/datasets/release.ts';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { readJsonEntry, receiveTar, type TarEntry } from '#lib/platform/archives/receive-tar.ts';
import { payloadBytes } from '#lib/platform/encryption/age-payload.ts';
import type { Stage } from '#lib/platform/storage/store.ts';
import type { DataKeys, WrappedKey } from './data-keys.ts';
import { agePayload } from './delivery/age.ts';

/** A file as it lies in the store, encrypted with a key of its own. */
export interface ReceivedFile extends WrappedKey {
  path: string;
  bytes: number;
  sha256: string;
  crc32: number;
  blob: string;
}

export interface ReceivedVariant {
  description: VariantDescription;
  /** In the order of the archive. */
  files: ReceivedFile[];
  /** Of the content of all files. */
  bytes: number;
}

export interface ReceiveOptions {
  keys: DataKeys;
  maxBytes: number;
  expectedBytes: number | undefined;
}

/** Most of it are the pictures of the statistics. */
const MAX_DESCRIPTION_BYTES = 1 << 21;

/**
 * Unpacks and encrypts a variant (a tar archive: variant.json, then the files) as it streams in. Nothing of it is
 * written in clear, and memory holds a few chunks at a time.
 */
export function receiveVariant(
  stage: Stage,
  chunks: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ReceivedVariant> {
  return receiveTar(chunks, { ...options, malformed }, (tar) => readEntries(stage, tar, options));
}

async function readEntries(
  stage: Stage,
  tar: AsyncIterable<TarEntry>,
  { keys }: ReceiveOptions,
): Promise<ReceivedVariant> {
  let description: VariantDescription | null = null;
  const files: ReceivedFile[] = [];
  /** Lower-case, because two names that differ in case are one on many disks. */
  const taken = new Set<string>();
  for await (const entry of tar) {
    const { name, type, size = 0 } = entry.header;
    if (!description) {
      if (name !== VARIANT_DESCRIPTION_NAME)
        throw malformed(`Its first file must be ${VARIANT_DESCRIPTION_NAME}.`);
      description = await readDescription(entry);
      continue;
    }
    if (type === 'directory') continue;
    requirePath(name, type, taken);
    if (files.length === MAX_RELEASE_FILES) throw malformed(`It has more than ${MAX_RELEASE_FILES} files.`);
    files.push(await storeFile(stage, keys, { path: name, bytes: size, content: entry }));
  }
  if (!description || files.length === 0) throw malformed('It has no files.');
  return { description, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function requirePath(path: string, type: TarEntry['header']['type'], taken: Set<string>): void {
  if (type !== 'file') throw malformed(`“${path}” is not a regular file.`);
  const problem = pathProblem(path);
  if (problem) throw malformed(`The path “${path}” ${problem}.`);
  const key = path.toLowerCase();
  if (taken.has(key)) throw malformed(`“${path}” is in it twice (upper and lower case are the same here).`);
  taken.add(key);
}

export interface Content {
  path: string;
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

/** Encrypts a file with a key of its own as it streams into the store. */
export async function storeFile(
  stage: Stage,
  keys: DataKeys,
  { path, bytes, content }: Content,
): Promise<ReceivedFile> {
  const fileKey = randomBytes(16);
  const hash = createHash('sha256');
  let crc = 0;
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      hash.update(chunk);
      crc = crc32(chunk, crc);
      yield chunk;
    }
  }
  // It is read once, from its start to its end.
  const payload = agePayload({ bytes, read: hashed }, fileKey, randomBytes(16));
  const size = payloadBytes(bytes);
  const { sha256: blob } = await stage.put(payload.read(0, size), { maxBytes: size, expectedBytes: size });
  return { path, bytes, sha256: hash.digest('hex'), crc32: crc, blob, ...keys.wrap(fileKey) };
}

async function readDescription(entry: TarEntry): Promise<VariantDescription> {
  const value = await readJsonEntry(entry, MAX_DESCRIPTION_BYTES, { malformed });
  const parsed = parseOrDescribe(variantDescriptionSchema, value);
  if (parsed.success) return parsed.data;
  throw malformed(`${VARIANT_DESCRIPTION_NAME}: ${formatProblems(parsed.problems).join(' ')}`);
}

function malformed(problem: string): DomainError {
  return new DomainError(
    'INVALID',
    `This archive isn’t a variant of a release. ${problem} Nothing was stored. Create it with \`heldout dataset publish\`.`,
  );
}
