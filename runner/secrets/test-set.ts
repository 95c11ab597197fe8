import { createHash } from 'node:crypto';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import {
  type SealedCase,
  type SealedManifest,
  sealedManifestSchema,
} from '#lib/domain/test-sets/manifest.ts';
import type { RunnerKey } from './key.ts';
import { unseal } from './seal.ts';

/**
 * The only module that opens hidden scans and truth. It decrypts in memory. Its results must never be written
 * to a disk, and the truth of a case must not be opened before the case's container is gone.
 */
export interface TestSet {
  case(index: number): SealedCase;
  /** The scan's file, exactly as the organizer sealed it. */
  openScan(index: number): Promise<Uint8Array>;
  /** The true mask's file. */
  openTruth(index: number): Promise<Uint8Array>;
}

interface SealedBlobs {
  manifestBlob: string;
  recipient: string;
  cases: readonly { index: number; scanBlob: string; truthBlob: string }[];
}

/** Opens the manifest. Throws PlatformError: a set that can't be opened is never a submission error. */
export async function openTestSet(
  key: RunnerKey,
  readBlob: (sha256: string) => Promise<Uint8Array>,
  sealed: SealedBlobs,
): Promise<TestSet> {
  if (sealed.recipient !== key.recipient) {
    throw new PlatformError(
      'INTERNAL',
      `The test set is sealed to ${sealed.recipient}, but this runner’s key is ${key.recipient}.`,
    );
  }
  const blobs = new Map(sealed.cases.map((entry) => [entry.index, entry]));
  const text = await unseal(key, await readBlob(sealed.manifestBlob), 'manifest');
  const manifest: SealedManifest = sealedManifestSchema.parse(JSON.parse(new TextDecoder().decode(text)));
  if (manifest.cases.length !== blobs.size) {
    throw new PlatformError(
      'INTERNAL',
      `The sealed manifest lists ${manifest.cases.length} cases, but the site stores ${blobs.size}.`,
    );
  }
  const describe = (index: number): SealedCase => {
    const entry = manifest.cases[index];
    if (!entry) throw new RangeError(`The test set has no case ${index}.`);
    return entry;
  };
  const open = async (index: number, part: 'scan' | 'truth'): Promise<Uint8Array> => {
    const blob = blobs.get(index);
    if (!blob) throw new RangeError(`The site does not store case ${index}.`);
    const bytes = await unseal(key, await readBlob(part === 'scan' ? blob.scanBlob : blob.truthBlob), part);
    const expected = part === 'scan' ? describe(index).scanSha256 : describe(index).truthSha256;
    // The site stores blobs that it can't read. This check proves that it did not swap two of them.
    if (createHash('sha256').update(bytes).digest('hex') !== expected) {
      throw new PlatformError(
        'INTERNAL',
        `The sealed ${part} of case ${index} does not match the checksum in the manifest.`,
      );
    }
    return bytes;
  };
  return {
    case: describe,
    openScan: (index) => open(index, 'scan'),
    openTruth: (index) => open(index, 'truth'),
  };
}
