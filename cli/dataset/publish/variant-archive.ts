import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CommandError } from '#cli/command.ts';
import type { UploadBody } from '#cli/site/upload.ts';
import { VARIANT_DESCRIPTION_NAME, type VariantDescription } from '#lib/domain/datasets/release.ts';
import { tarEnd, tarPadding, tarPathHeader } from '#lib/platform/archives/tar-writer.ts';

/** A file of a release: where it lies, and its path in the release. */
export interface ReleaseSource {
  path: string;
  relative: string;
  bytes: number;
}

/** The tar archive that the site takes as a variant: variant.json, then the files. Made while it is sent. */
export function variantArchive(
  description: VariantDescription,
  files: readonly ReleaseSource[],
  name: string,
): UploadBody {
  const text = Buffer.from(`${JSON.stringify(description, null, 2)}\n`);
  const sizes = [{ relative: VARIANT_DESCRIPTION_NAME, bytes: text.length }, ...files].map(
    ({ relative, bytes }) => tarPathHeader(relative, bytes).length + bytes + tarPadding(bytes).length,
  );
  async function* blocks(): AsyncGenerator<Uint8Array> {
    yield Buffer.concat([
      tarPathHeader(VARIANT_DESCRIPTION_NAME, text.length),
      text,
      tarPadding(text.length),
    ]);
    for (const file of files) {
      yield tarPathHeader(file.relative, file.bytes);
      yield* contentOf(file);
      yield tarPadding(file.bytes);
    }
    yield tarEnd();
  }
  return {
    name,
    bytes: sizes.reduce((sum, size) => sum + size, tarEnd().length),
    open: () => Readable.from(blocks(), { objectMode: false, highWaterMark: 1 << 20 }),
  };
}

async function* contentOf({ path, bytes }: ReleaseSource): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sent += (chunk as Buffer).length;
    if (sent > bytes) break;
    yield chunk as Buffer;
  }
  if (sent !== bytes) throw new CommandError(`${path} was changed while it was sent. Try again.`);
}
