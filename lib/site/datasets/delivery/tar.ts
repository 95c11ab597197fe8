import { crc32 } from 'node:zlib';
import { tarEnd, tarPadding, tarPathHeader } from '#lib/platform/archives/tar-writer.ts';
import { combineCrc32 } from './crc32.ts';
import { concatenate, ofBytes, type VirtualFile } from './virtual-file.ts';

export interface TarEntry {
  /** Relative, with "/" between folders. */
  path: string;
  content: Checked;
}

/** A content whose CRC-32 is known before it is read. */
export interface Checked {
  file: VirtualFile;
  crc32: number;
}

export function checked(bytes: Uint8Array): Checked {
  return { file: ofBytes(bytes), crc32: crc32(bytes) };
}

/** A tar archive with the entries in the given order, without owners and times. */
export function tarOf(entries: readonly TarEntry[]): Checked {
  const parts = entries.flatMap(({ path, content }) => [
    checked(tarPathHeader(path, content.file.bytes)),
    content,
    checked(tarPadding(content.file.bytes)),
  ]);
  return inOrder([...parts, checked(tarEnd())]);
}

function inOrder(parts: readonly Checked[]): Checked {
  return {
    file: concatenate(parts.map(({ file }) => file)),
    crc32: parts.reduce((crc, part) => combineCrc32(crc, part.crc32, part.file.bytes), 0),
  };
}
