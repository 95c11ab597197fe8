import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Dataset } from '#cli/dataset/case.ts';
import type { CheckedCase } from '#cli/dataset/check/check-case.ts';
import { checkDataset } from '#cli/dataset/check/check-dataset.ts';
import { hashSubjects } from '#cli/dataset/subjects/hash-subject.ts';
import { onGrid, sealPlan } from '#cli/task/seal-plan.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import type { SealedHeader } from '#lib/domain/test-sets/manifest.ts';
import { shuffle } from '#runner/pipeline/shuffle.ts';
import { sealArchive } from './seal-archive.ts';
import {
  acceptedCases,
  type SetContent,
  type SetPiece,
  sealManifest,
  setHeader,
  setPieces,
} from './sealed-set.ts';
import type { parseDivisions } from './site-strata.ts';

export interface SealReport {
  caseCount: number;
  bytes: number;
  sha256: string;
  /** All cases that were checked, in the order of their names. */
  checked: CheckedCase[];
  worst: Record<string, number>;
  strata: SealedHeader['strata'];
}

export interface SealOptions {
  dataset: Dataset;
  task: Task;
  /** What counts as one lesion in the declared worst count. Default 6. */
  connectivity?: 6 | 18 | 26;
  /** A file for an organizer's scorer: the archive of the truth. */
  groundTruth?: string | null;
  /** The public key that an organizer's scorers are signed with. */
  scorerKey?: string | null;
  /** Hashes the scans, so that they are found in data that is to be released. Default: none. */
  subjectKey?: Uint8Array | null;
  /** The strata that the site gets in clear. None by default. */
  divisions?: ReturnType<typeof parseDivisions>;
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
 * Checks the cases of a data set, makes the headers canonical, seals what the task needs of each to `recipient` and writes the set to
 * `out` atomically. The cases are shuffled, so that a case’s number says nothing about it. Throws CommandError that
 * names every refused case, or the signal's reason; then nothing is left but what was there before.
 */
export async function sealTestSet(options: SealOptions): Promise<SealReport> {
  const { task, recipient, out, allowsShear = false, signal, onProgress } = options;
  const plan = sealPlan(task, options.dataset);
  const dataset = onGrid(options.dataset, plan);
  const draft = `${out}.${process.pid}.part`;
  const folder = `${draft}s`;
  try {
    await mkdir(folder, { mode: 0o700 });
    const { cases: checked } = await checkDataset(dataset, {
      allowsShear,
      requiresTruth: plan.truths.length > 0,
      plan,
      sealing: { recipient, folder },
      signal,
      onProgress: (done, total) => onProgress(`${done} of ${total} cases checked and sealed`),
    });
    const cases = shuffle(acceptedCases(checked, options.skipsBad ?? false));
    const content: SetContent = {
      task,
      connectivity: options.connectivity ?? 6,
      recipient,
      sealedAt: options.now,
      cases,
      groundTruth: options.groundTruth ? await sealArchive(recipient, options.groundTruth) : null,
      scorerKey: options.scorerKey ?? null,
      subjects: options.subjectKey ? hashSubjects(cases, options.subjectKey) : null,
      divisions: options.divisions ?? [],
    };
    const header = setHeader(content);
    const manifest = await sealManifest(content);
    const written = await writeSet(draft, setPieces(header, manifest, content), options);
    await rename(draft, out);
    const { caseCount, worst, strata } = header;
    return { caseCount, ...written, checked, worst, strata };
  } finally {
    await rm(draft, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the file, and removes each sealed file that is in it: otherwise the set is on the disk twice at the end. */
async function writeSet(
  file: string,
  pieces: Iterable<SetPiece>,
  { signal, onProgress }: Pick<SealOptions, 'signal' | 'onProgress'>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const all = [...pieces];
  const paths = all.flatMap((piece) => ('sealedPath' in piece ? [piece.sealedPath] : []));
  const contents = readAhead(paths);
  await pipeline(
    async function* () {
      let files = 0;
      for (const piece of all) {
        signal?.throwIfAborted();
        const isFile = 'sealedPath' in piece;
        const content = isFile ? (await contents.next()).value! : piece;
        hash.update(content);
        bytes += content.length;
        yield content;
        if (!isFile) continue;
        await rm(piece.sealedPath);
        files++;
        onProgress(`${Math.ceil(files / 2)} of ${paths.length / 2} cases written`);
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
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
