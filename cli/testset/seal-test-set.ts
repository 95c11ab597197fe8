import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { CommandError } from '#cli/command.ts';
import type { Dataset } from '#cli/dataset/case.ts';
import type { CheckedCase, SealedFile } from '#cli/dataset/check/check-case.ts';
import { checkDataset, errorLines, isAccepted } from '#cli/dataset/check/check-dataset.ts';
import { onGrid, sealPlan } from '#cli/task/seal-plan.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import {
  SEALED_FORMAT,
  type SealedCase,
  type SealedHeader,
  type SealedManifest,
} from '#lib/domain/test-sets/manifest.ts';
import { shuffle } from '#runner/pipeline/shuffle.ts';
import { seal } from '#runner/secrets/seal.ts';
import { type SealedArchive, sealArchive } from './seal-archive.ts';
import { worstValuesOf } from './worst-values.ts';

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
  task: Task;
  /** What counts as one lesion in the declared worst count. Default 6. */
  connectivity?: 6 | 18 | 26;
  /** A file for an organizer's scorer: the archive of the truth. */
  groundTruth?: string | null;
  /** The public key that an organizer's scorers are signed with. */
  scorerKey?: string | null;
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
    const worst = worstValuesOf(task, cases, options.connectivity ?? 6);
    const groundTruth = options.groundTruth ? await sealArchive(recipient, options.groundTruth) : null;
    const header: SealedHeader = {
      format: SEALED_FORMAT,
      recipient,
      caseCount: cases.length,
      sealedAt: options.now.toISOString(),
      worst,
      inputs: slugsOf(cases, 'inputs'),
      truths: slugsOf(cases, 'truths'),
      hasGroundTruth: groundTruth !== null,
      hasScorerKey: Boolean(options.scorerKey),
    };
    const written = await writeTar(draft, { header, cases, groundTruth }, options);
    await rename(draft, out);
    return { caseCount: cases.length, ...written, checked, worst };
  } finally {
    await rm(draft, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
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
  return accepted;
}

function describe({ source, sealed }: CheckedCase): SealedCase {
  const { name, metadata, strata } = source;
  const [inputs, truths] = sealed.map(({ files, sha256 }) => ({ files, sha256 }));
  return { name, inputs: inputs!, truths: truths!, metadata, strata };
}

/** The slugs that every case has. */
function slugsOf(cases: readonly CheckedCase[], role: SealedFile['role']): string[] {
  const [first, ...others] = cases.map(({ sealed }) => sealed.find((one) => one.role === role)!.files);
  return Object.keys(first!).filter((slug) => others.every((files) => Object.hasOwn(files, slug)));
}

interface SetContent {
  header: SealedHeader;
  cases: readonly CheckedCase[];
  groundTruth: SealedArchive | null;
}

async function writeTar(
  file: string,
  { header, cases, groundTruth }: SetContent,
  { recipient, scorerKey, signal, onProgress }: SealOptions,
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
    const manifest: SealedManifest = {
      format: SEALED_FORMAT,
      cases: cases.map(describe),
      ...(groundTruth && { groundTruth: { file: groundTruth.file, sha256: groundTruth.sha256 } }),
      ...(scorerKey && { scorerKey }),
    };
    await add('testset.json', Buffer.from(`${JSON.stringify(header, null, 2)}\n`));
    await add('manifest.age', await seal(recipient, Buffer.from(JSON.stringify(manifest))));
    if (groundTruth) await add('ground-truth.age', groundTruth.sealed);
    const contents = readAhead(cases.flatMap(({ sealed }) => sealed.map(({ sealedPath }) => sealedPath)));
    for (const [i, { sealed }] of cases.entries()) {
      onProgress(`${i + 1} of ${cases.length} cases written`);
      const number = String(i).padStart(4, '0');
      for (const { role, sealedPath } of sealed) {
        const { value: content } = await contents.next();
        await add(`cases/${number}.${role}.age`, content!);
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
