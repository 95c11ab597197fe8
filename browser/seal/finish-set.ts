import { createHash } from '#browser/node/crypto.ts';
import type { CheckedDataset } from '#cli/dataset/check/checked-cases.ts';
import {
  acceptedCases,
  type SetContent,
  sealManifest,
  setHeader,
  setPieces,
} from '#cli/testset/sealed-set.ts';
import { shuffle } from '#runner/pipeline/shuffle.ts';
import type { LocalStore } from './local-store.ts';
import { keepSet, type SealedSet } from './sealing-work.ts';

const MANIFEST = 'manifest.age';

export interface Finish extends Pick<SetContent, 'task' | 'connectivity' | 'recipient' | 'sealedAt'> {
  skipsBad: boolean;
  signal: AbortSignal;
  onProgress(hashedBytes: number, totalBytes: number): void;
}

/** Describes the sealed cases, computes the fingerprint of the set and keeps both. Throws CommandError. */
export async function finishSet(
  store: LocalStore,
  { cases: checked }: CheckedDataset,
  { skipsBad, signal, onProgress, ...facts }: Finish,
): Promise<SealedSet> {
  const cases = shuffle(acceptedCases(checked, skipsBad));
  const content: SetContent = { ...facts, cases, groundTruth: null, scorerKey: null, subjects: null };
  const header = setHeader(content);
  await store.writeBytes(MANIFEST, await sealManifest(content));
  const draft = { header, cases: cases.map(({ sealed }) => ({ sealed })) };
  const file = await setFile(store, draft);
  const set = { ...draft, bytes: file.size, sha256: await fingerprint(file, signal, onProgress) };
  await keepSet(store, set);
  return set;
}

/** The file, as `heldout testset seal` writes it. Its bytes stay on the disk until they are read. */
export async function setFile(
  store: LocalStore,
  { header, cases }: Pick<SealedSet, 'header' | 'cases'>,
): Promise<Blob> {
  const kept = async (name: string, bytes?: number): Promise<File> => {
    const file = await store.file(name);
    if (file && (bytes === undefined || file.size === bytes)) return file;
    throw new Error(
      `The sealed file ${name} is missing or incomplete in this browser. Discard the set and seal it again.`,
    );
  };
  const manifest = new Uint8Array(await (await kept(MANIFEST)).arrayBuffer());
  const parts: BlobPart[] = [];
  for (const piece of setPieces(header, manifest, { cases, groundTruth: null })) {
    parts.push(
      'sealedPath' in piece ? await kept(piece.sealedPath, piece.bytes) : (piece as Uint8Array<ArrayBuffer>),
    );
  }
  return new Blob(parts);
}

async function fingerprint(
  file: Blob,
  signal: AbortSignal,
  onProgress: (hashedBytes: number, totalBytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const STEP = 8 * 2 ** 20;
  for (let at = 0; at < file.size; at += STEP) {
    signal.throwIfAborted();
    onProgress(at, file.size);
    hash.update(new Uint8Array(await file.slice(at, at + STEP).arrayBuffer()));
  }
  onProgress(file.size, file.size);
  return hash.digest('hex');
}
