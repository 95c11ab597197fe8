import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { CommandError } from '#cli/command.ts';
import type { Dataset } from '#cli/dataset/case.ts';
import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import { checkDataset, errorLines, isAccepted } from '#cli/dataset/check/check-dataset.ts';
import {
  type PublicTestSet,
  SEALED_FORMAT_1,
  type SealedCase1,
  type SealedManifest,
} from '#lib/domain/test-sets/manifest.ts';
import { shuffle } from '#runner/pipeline/shuffle.ts';
import { declaredWorst, type TruthFacts } from '#runner/scoring/truth-facts.ts';
import { seal } from '#runner/secrets/seal.ts';

export interface SealReport {
  caseCount: number;
  bytes: number;
  sha256: string;
  /** All cases that were checked, in the order of their names. */
  checked: CheckedCase[];
  worst: Record<string, number>;
}

export interface SealOptions {
  dataset: Dataset;
  recipient: string;
  out: string;
  now: Date;
  /** Accepts scans whose axes are not at right angles. */
  allowsShear?: boolean;
  /** Seals the cases that can be used and leaves out the others, instead of sealing nothing. */
  skipsBad?: boolean;
  signal?: AbortSignal;
  onProgress: (text: string) => void;
}

/**
 * Checks the cases of a data set, makes the headers canonical, seals each file to `recipient` and writes the set to
 * `out` atomically. The cases are shuffled, so that a case’s number says nothing about it. Throws CommandError that
 * names every refused case, or the signal's reason; then nothing is left but what was there before.
 */
export async function sealTestSet(options: SealOptions): Promise<SealReport> {
  const { dataset, recipient, out, allowsShear = false, signal, onProgress } = options;
  requireOnePair(dataset);
  const draft = `${out}.${process.pid}.part`;
  const folder = `${draft}s`;
  try {
    await mkdir(folder, { mode: 0o700 });
    const { cases: checked } = await checkDataset(dataset, {
      allowsShear,
      requiresTruth: true,
      sealing: { recipient, folder },
      signal,
      onProgress: (done, total) => onProgress(`${done} of ${total} cases checked and sealed`),
    });
    const cases = shuffle(acceptedCases(checked, options.skipsBad ?? false));
    const worst = declaredWorst(cases.map(factsOf));
    const header: PublicTestSet = {
      format: SEALED_FORMAT_1,
      recipient,
      caseCount: cases.length,
      sealedAt: options.now.toISOString(),
      worst,
    };
    const written = await writeTar(draft, recipient, header, cases, options);
    await rename(draft, out);
    return { caseCount: cases.length, ...written, checked, worst };
  } finally {
    await rm(draft, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sealed format has one scan and one mask a case. */
function requireOnePair({ layout, inputSlugs, truthSlugs }: Dataset): void {
  if (inputSlugs.length === 1 && truthSlugs.length === 1) return;
  throw new CommandError(
    `A test set has one input and one truth a case, but the layout ${layout} has ${inputSlugs.join(', ')} and ${truthSlugs.join(', ') || 'no truth'}. Choose the two with --input and --truth.`,
  );
}

function acceptedCases(checked: readonly CheckedCase[], skipsBad: boolean): CheckedCase[] {
  const accepted = checked.filter(isAccepted);
  const refused = checked.length - accepted.length;
  if (refused > 0 && !skipsBad) {
    throw new CommandError(
      `${refused} of ${checked.length} cases can't be used; nothing was written. Fix them, or seal the rest with --skip-bad.\n  ${errorLines(checked).join('\n  ')}`,
    );
  }
  if (accepted.length === 0) {
    throw new CommandError(
      `No case can be used; nothing was written.\n  ${errorLines(checked).join('\n  ')}`,
    );
  }
  if (accepted.every((one) => factsOf(one).voxels === 0)) {
    // The declared worst volume and count would be 0, so failing every case would cost nothing.
    throw new CommandError(
      'No case has a lesion, so failing would cost nothing. Add cases with a lesion. Nothing was written.',
    );
  }
  return accepted;
}

function factsOf({ source, truths }: CheckedCase): TruthFacts {
  const [truth] = truths;
  if (!truth) throw new CommandError(`${source.name}: its truth isn’t an image. Nothing was written.`);
  return truth.facts;
}

function describe({ source, sealed }: CheckedCase): SealedCase1 {
  const [scan, truth] = sealed;
  return {
    name: source.name,
    scanFile: scan!.name,
    scanSha256: scan!.sha256,
    truthFile: truth!.name,
    truthSha256: truth!.sha256,
    metadata: source.metadata,
  };
}

async function writeTar(
  file: string,
  recipient: string,
  header: PublicTestSet,
  cases: readonly CheckedCase[],
  { signal, onProgress }: SealOptions,
): Promise<{ bytes: number; sha256: string }> {
  const tar = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const written = pipeline(
    tar,
    async function* (source: AsyncIterable<unknown>) {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  const add = (name: string, content: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const header = { name, size: content.length, mode: 0o600, mtime: new Date(0) };
      const body = Buffer.from(content.buffer, content.byteOffset, content.length);
      tar.entry(header, body, (error) => (error ? reject(error) : resolve()));
    });
  const addAll = async (): Promise<void> => {
    const manifest: SealedManifest = { format: SEALED_FORMAT_1, cases: cases.map(describe) };
    await add('testset.json', Buffer.from(`${JSON.stringify(header, null, 2)}\n`));
    await add('manifest.age', await seal(recipient, Buffer.from(JSON.stringify(manifest))));
    const contents = readAhead(cases.flatMap(({ sealed }) => sealed.map(({ sealedPath }) => sealedPath)));
    for (const [i, { sealed }] of cases.entries()) {
      onProgress(`${i + 1} of ${cases.length} cases written`);
      const number = String(i).padStart(4, '0');
      for (const { role, sealedPath } of sealed) {
        const { value: content } = await contents.next();
        await add(`cases/${number}.${role === 'input' ? 'scan' : 'truth'}.age`, content!);
        // Otherwise the set is on the disk twice at the end.
        await rm(sealedPath);
      }
    }
    tar.finalize();
  };
  await Promise.all([
    written,
    addAll().catch((error: Error) => {
      tar.destroy(error);
      throw error;
    }),
  ]);
  return { bytes, sha256: hash.digest('hex') };
}

/** The contents of files in order. The next one is read while one is in use. */
async function* readAhead(files: readonly string[]): AsyncGenerator<Buffer, undefined> {
  let next: Promise<Buffer> | null = null;
  for (const [i, file] of files.entries()) {
    const content = await (next ?? readFile(file));
    const following = files[i + 1];
    next = following === undefined ? null : readFile(following);
    // An error is thrown when it is its turn, or never if the reader stops before.
    next?.catch(() => undefined);
    yield content;
  }
}
