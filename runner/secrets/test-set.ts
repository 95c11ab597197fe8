import { createHash } from 'node:crypto';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { LESIONS, STROKE_METADATA, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import {
  SEALED_FORMAT,
  type SealedCase,
  type SealedCase1,
  type SealedManifest,
  sealedManifestSchema,
} from '#lib/domain/test-sets/manifest.ts';
import type { CaseFiles } from '#runner/types.ts';
import type { RunnerKey } from './key.ts';
import { unpackParts } from './parts.ts';
import { isSignedBy } from './scorer-key.ts';
import { unseal } from './seal.ts';

/**
 * The only module that opens hidden inputs and truth. It decrypts in memory. Its results must never be written
 * to a disk, and the truth of a case must not be opened before the case's container is gone.
 */
export interface TestSet {
  case(index: number): TestCase;
  /** The files that a container may get, by slug, exactly as the organizer sealed them. */
  openInputs(index: number): Promise<CaseFiles>;
  /** The files that the outputs are compared with, by slug. */
  openTruths(index: number): Promise<CaseFiles>;
  /** The archive for the organizer's scorer; null if the set has none. */
  openGroundTruth(): Promise<{ file: string; bytes: Uint8Array } | null>;
  /** Whether the organizer who sealed the set has signed this scorer; only then may it read the truth. */
  trustsScorer(scorer: { sha256: string; signature: string }): boolean;
}

export interface TestCase extends Pick<SealedCase, 'name' | 'metadata' | 'strata'> {
  /** The organizer's name of the file of each input, and of each truth. */
  inputNames: Readonly<Record<string, string>>;
  truthNames: Readonly<Record<string, string>>;
}

export interface SealedBlobs {
  manifestBlob: string;
  groundTruthBlob?: string | null;
  recipient: string;
  cases: readonly { index: number; inputBlob: string; truthBlob: string }[];
}

type ReadBlob = (sha256: string) => Promise<Uint8Array>;

/** Opens the manifest. Throws PlatformError: a set that can't be opened is never a submission error. */
export async function openTestSet(key: RunnerKey, readBlob: ReadBlob, sealed: SealedBlobs): Promise<TestSet> {
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
  const open = async (blob: string, what: string, sha256: string): Promise<Uint8Array> => {
    const bytes = await unseal(key, await readBlob(blob), what);
    // The site stores blobs that it can't read. This check proves that it did not swap two of them.
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
    throw new PlatformError('INTERNAL', `The sealed ${what} doesn’t match the checksum in the manifest.`);
  };
  const cases =
    manifest.format === SEALED_FORMAT ? manifest.cases.map(currentCase) : manifest.cases.map(strokeCase);
  const { groundTruth, scorerKey } = manifest.format === SEALED_FORMAT ? manifest : {};
  const caseAt = (index: number) => {
    const [entry, blob] = [cases[index], blobs.get(index)];
    if (!entry || !blob) throw new RangeError(`The test set has no case ${index}.`);
    return { ...entry, ...blob };
  };
  return {
    case: (index) => caseAt(index).description,
    async openInputs(index) {
      const { inputBlob, inputs, readInputs } = caseAt(index);
      return readInputs(await open(inputBlob, `input of case ${index}`, inputs));
    },
    async openTruths(index) {
      const { truthBlob, truths, readTruths } = caseAt(index);
      return readTruths(await open(truthBlob, `truth of case ${index}`, truths));
    },
    async openGroundTruth() {
      if (!groundTruth || !sealed.groundTruthBlob) return null;
      const bytes = await open(sealed.groundTruthBlob, 'ground truth', groundTruth.sha256);
      return { file: groundTruth.file, bytes };
    },
    trustsScorer: ({ sha256, signature }) =>
      scorerKey !== undefined && isSignedBy(scorerKey, sha256, signature),
  };
}

/** How the two files of a case are read, with their checksums. */
interface OpenableCase {
  description: TestCase;
  inputs: string;
  truths: string;
  readInputs(bytes: Uint8Array): CaseFiles;
  readTruths(bytes: Uint8Array): CaseFiles;
}

function currentCase({ inputs, truths, name, metadata, strata }: SealedCase): OpenableCase {
  return {
    description: { name, metadata, strata, inputNames: inputs.files, truthNames: truths.files },
    inputs: inputs.sha256,
    truths: truths.sha256,
    readInputs: filesOf,
    readTruths: filesOf,
  };
}

function filesOf(archive: Uint8Array): CaseFiles {
  return new Map(unpackParts(archive).map(({ slug, bytes }) => [slug, bytes]));
}

/** Format 1 knew one task. */
function strokeCase({
  name,
  scanFile,
  scanSha256,
  truthFile,
  truthSha256,
  metadata,
}: SealedCase1): OpenableCase {
  return {
    description: {
      name,
      metadata,
      strata: {},
      inputNames: { [T1]: scanFile },
      truthNames: { [LESIONS]: truthFile },
    },
    inputs: scanSha256,
    truths: truthSha256,
    readInputs: (scan) =>
      new Map([
        [T1, scan],
        [STROKE_METADATA, Buffer.from(JSON.stringify(metadata))],
      ]),
    readTruths: (truth) => new Map([[LESIONS, truth]]),
  };
}
