import { bytes, mebibytes } from '../format/quantity.ts';

const ARCHIVE_NAME = /\.(tar|tar\.gz|tgz|tar\.zst|tzst)$/i;
const BYTES_PER_MIB = 1024 * 1024;

/**
 * What can be said about a file before it is sent, so that nobody waits for a refusal. The server checks
 * everything again.
 */
export function archiveProblem(file: { name: string; size: number }, imageMib: number): string | null {
  if (file.size === 0) return 'The file is empty.';
  if (file.size > imageMib * BYTES_PER_MIB)
    return `The file has ${bytes(file.size)}; this phase takes at most ${mebibytes(imageMib)}. See which layer is large with “docker history IMAGE”.`;
  if (!ARCHIVE_NAME.test(file.name))
    return 'The name does not end in .tar, .tar.gz or .tar.zst. Make the archive with “docker save IMAGE | gzip > image.tar.gz”.';
  return null;
}
