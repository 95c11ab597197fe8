import { bytes } from '#components/format/quantity.ts';
import type { ArchiveKind, SentArchive } from '#lib/api/archives.ts';
import { mebibytes } from '#lib/domain/units.ts';

const ARCHIVE_NAME = /\.(tar|tar\.gz|tgz|tar\.zst|tzst)$/i;
const BYTES_PER_MIB = 1024 * 1024;

const SMALLER: Readonly<Record<ArchiveKind, string>> = {
  image: 'See which layer is large with “docker history IMAGE”.',
  model: 'Leave out what the algorithm does not read: other folds, optimizer states.',
};
const MAKE: Readonly<Record<ArchiveKind, string>> = {
  image: 'Make the archive with “docker save IMAGE | gzip > image.tar.gz”.',
  model: 'Make the archive with “tar -czf model.tar.gz -C FOLDER .”.',
};

/** A file of the reader's, or an archive that the team has sent before. */
export type ArchiveChoice = File | SentArchive;

export function isSent<T extends object>(choice: T | SentArchive): choice is SentArchive {
  return 'sha256' in choice;
}

/**
 * What can be said about an archive before it is sent, so that nobody waits for a refusal. The server checks
 * everything again.
 */
export function archiveProblem(
  choice: { name: string; size: number } | SentArchive,
  kind: ArchiveKind,
  limitMib: number,
): string | null {
  const size = isSent(choice) ? choice.bytes : choice.size;
  if (size === 0) return 'The file is empty.';
  if (size > limitMib * BYTES_PER_MIB)
    return `The file has ${bytes(size)}; this phase takes at most ${mebibytes(limitMib)}. ${SMALLER[kind]}`;
  // What was sent before was looked at by its bytes.
  if (!isSent(choice) && !ARCHIVE_NAME.test(choice.name))
    return `The name does not end in .tar, .tar.gz or .tar.zst. ${MAKE[kind]}`;
  return null;
}
