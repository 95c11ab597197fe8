import { formatBytes } from '#components/format/quantity.ts';
import type { ArchiveKind, UploadedArchive } from '#lib/api/archives.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';
import { mebibytes } from '#lib/domain/units.ts';

const ARCHIVE_NAME = /\.(tar|tar\.gz|tgz|tar\.zst|tzst)$/i;
const BYTES_PER_MIB = 1024 * 1024;

const SMALLER: Readonly<Record<ArchiveKind, string>> = {
  image: 'Find large layers with “docker history IMAGE”.',
  model: 'Leave out files that the algorithm doesn’t read, such as other folds or optimizer states.',
};
const CREATE: Readonly<Record<ArchiveKind, string>> = {
  image: `Create the archive with “${SAVE_COMMAND}”.`,
  model: 'Create the archive with “tar -czf model.tar.gz -C FOLDER .”.',
};

/** A local file, or an archive that the team uploaded before. */
export type ArchiveChoice = File | UploadedArchive;

export function isSent<T extends object>(choice: T | UploadedArchive): choice is UploadedArchive {
  return 'sha256' in choice;
}

/** Problems that can be found before the upload, so that nobody waits for a refusal. The server checks again. */
export function archiveProblem(
  choice: { name: string; size: number } | UploadedArchive,
  kind: ArchiveKind,
  limitMib: number,
): string | null {
  const size = isSent(choice) ? choice.bytes : choice.size;
  if (size === 0) return 'The file is empty. Choose another file.';
  if (size > limitMib * BYTES_PER_MIB)
    return `The file is too large (${formatBytes(size)}): this phase accepts at most ${mebibytes(limitMib)}. ${SMALLER[kind]}`;
  // The server checked the content of earlier uploads.
  if (!isSent(choice) && !ARCHIVE_NAME.test(choice.name))
    return `The file name doesn’t end in .tar, .tar.gz or .tar.zst. ${CREATE[kind]}`;
  return null;
}
