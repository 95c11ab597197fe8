import { CommandError } from '#cli/command.ts';
import type { CheckedCase, SealedFile } from '#cli/dataset/check/check-case.ts';
import { errorLines, isAccepted } from '#cli/dataset/check/checked-cases.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import {
  SEALED_FORMAT,
  type SealedCase,
  type SealedHeader,
  type SealedManifest,
} from '#lib/domain/test-sets/manifest.ts';
import type { SubjectHashes } from '#lib/domain/test-sets/subjects.ts';
import { tarEnd, tarFileHeader, tarPadding } from '#lib/platform/archives/tar-writer.ts';
import { seal } from '#runner/secrets/seal.ts';
import type { SealedArchive } from './seal-archive.ts';
import { type parseDivisions, siteStrata } from './site-strata.ts';
import { worstValuesOf } from './worst-values.ts';

/** What a sealed test set consists of. The same for the command and for a browser; only where files lie differs. */

export interface SetContent {
  task: Task;
  /** What counts as one lesion in the declared worst count. */
  connectivity: 6 | 18 | 26;
  recipient: string;
  sealedAt: Date;
  /** Accepted and sealed, in the order of the set. */
  cases: readonly CheckedCase[];
  groundTruth: SealedArchive | null;
  /** The public key that an organizer's scorers are signed with. */
  scorerKey: string | null;
  /** The strata that the site gets in clear; none without them. */
  divisions?: ReturnType<typeof parseDivisions>;
  /** Keyed hashes of the scans. */
  subjects: SubjectHashes | null;
}

/** A part of the file: bytes, or a sealed file that lies elsewhere. */
export type SetPiece = Uint8Array | { sealedPath: string; bytes: number };

/** The facts that the site sees. Throws CommandError if failing would cost nothing. */
export function setHeader(content: SetContent): SealedHeader {
  const { task, cases, connectivity, recipient, sealedAt, groundTruth, scorerKey, subjects } = content;
  return {
    format: SEALED_FORMAT,
    recipient,
    caseCount: cases.length,
    sealedAt: sealedAt.toISOString(),
    worst: worstValuesOf(task, cases, connectivity),
    inputs: slugsOf(cases, 'inputs'),
    truths: slugsOf(cases, 'truths'),
    hasGroundTruth: groundTruth !== null,
    hasScorerKey: scorerKey !== null,
    strata: siteStrata(cases, content.divisions ?? [], connectivity),
    ...(subjects && { subjects }),
  };
}

/** The description of the cases, sealed. */
export async function sealManifest({
  recipient,
  cases,
  groundTruth,
  scorerKey,
}: SetContent): Promise<Uint8Array> {
  const manifest: SealedManifest = {
    format: SEALED_FORMAT,
    cases: cases.map(describe),
    ...(groundTruth && { groundTruth: { file: groundTruth.file, sha256: groundTruth.sha256 } }),
    ...(scorerKey && { scorerKey }),
  };
  return await seal(recipient, Buffer.from(JSON.stringify(manifest)));
}

/** The file, piece by piece (lib/domain/test-sets/manifest.ts). */
export function* setPieces(
  header: SealedHeader,
  manifest: Uint8Array,
  { cases, groundTruth }: Pick<SetContent, 'groundTruth'> & { cases: readonly Pick<CheckedCase, 'sealed'>[] },
): Generator<SetPiece> {
  yield* entry('testset.json', Buffer.from(`${JSON.stringify(header, null, 2)}\n`));
  yield* entry('manifest.age', manifest);
  if (groundTruth) yield* entry('ground-truth.age', groundTruth.sealed);
  for (const [index, { sealed }] of cases.entries()) {
    const number = String(index).padStart(4, '0');
    for (const { role, sealedPath, sealedBytes } of sealed) {
      yield* entry(`cases/${number}.${role}.age`, { sealedPath, bytes: sealedBytes });
    }
  }
  yield tarEnd();
}

function* entry(name: string, content: SetPiece): Generator<SetPiece> {
  const bytes = 'bytes' in content ? content.bytes : content.length;
  yield tarFileHeader(name, bytes);
  yield content;
  yield tarPadding(bytes);
}

/** The cases that are sealed. Throws CommandError that names the others, unless they may be left out. */
export function acceptedCases(checked: readonly CheckedCase[], skipsBad: boolean): CheckedCase[] {
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
