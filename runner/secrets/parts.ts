import { tarEnd, tarFileHeader, tarPadding } from '#lib/platform/archives/tar-writer.ts';
import { TarReader } from '#runner/sandbox/archive/tar-reader.ts';

/**
 * The inputs, truths or outputs of a case in one tar, so that they are sealed together. A file is named by the slug of
 * its socket with its own ending: t1-brain-mri.nii.gz.
 */
export interface Part {
  slug: string;
  /** ".nii.gz" */
  ending: string;
  bytes: Uint8Array;
}

export function packParts(parts: readonly Part[]): Uint8Array {
  const blocks = parts.flatMap(({ slug, ending, bytes }) => [
    tarFileHeader(`${slug}${ending}`, bytes.length),
    bytes,
    tarPadding(bytes.length),
  ]);
  return Buffer.concat([...blocks, tarEnd()]);
}

/**
 * The parts, in their order. Their bytes are parts of `archive`.
 *
 * @throws TarError if the archive is damaged.
 */
export function unpackParts(archive: Uint8Array): Part[] {
  const parts: Part[] = [];
  const buffer = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  const reader = new TarReader({
    onEntry({ name, size, end }) {
      const dot = name.indexOf('.');
      const start = end - size - tarPadding(size).length;
      const slug = dot < 0 ? name : name.slice(0, dot);
      parts.push({ slug, ending: name.slice(slug.length), bytes: buffer.subarray(start, start + size) });
    },
    onData() {},
    onEntryEnd() {},
  });
  reader.write(buffer);
  reader.end();
  return parts;
}
