import { bytes, mebibytes } from '../format/quantity.ts';

const ARCHIVE_NAME = /\.(tar|tar\.gz|tgz|tar\.zst|tzst)$/i;
const BYTES_PER_MIB = 1024 * 1024;

export type ArchiveKind = 'image' | 'model';

const SMALLER: Readonly<Record<ArchiveKind, string>> = {
  image: 'See which layer is large with “docker history IMAGE”.',
  model: 'Leave out what the algorithm does not read: other folds, optimizer states.',
};
const MAKE: Readonly<Record<ArchiveKind, string>> = {
  image: 'Make the archive with “docker save IMAGE | gzip > image.tar.gz”.',
  model: 'Make the archive with “tar -czf model.tar.gz -C FOLDER .”.',
};

/**
 * What can be said about a file before it is sent, so that nobody waits for a refusal. The server checks
 * everything again.
 */
export function archiveProblem(
  file: { name: string; size: number },
  kind: ArchiveKind,
  limitMib: number,
): string | null {
  if (file.size === 0) return 'The file is empty.';
  if (file.size > limitMib * BYTES_PER_MIB)
    return `The file has ${bytes(file.size)}; this phase takes at most ${mebibytes(limitMib)}. ${SMALLER[kind]}`;
  if (!ARCHIVE_NAME.test(file.name))
    return `The name does not end in .tar, .tar.gz or .tar.zst. ${MAKE[kind]}`;
  return null;
}
