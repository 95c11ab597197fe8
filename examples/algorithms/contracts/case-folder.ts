import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readScan } from '#examples/algorithms/volumes/scan-file.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';
import { encodeMetaImage, encodeNifti } from '#runner/imaging/encode.ts';
import type { RawData } from '#runner/imaging/volume.ts';

/** Newer templates use `socket`, older ones `interface`. Each entry has both, and reading one is enough. */
const inputsSchema = z.array(
  z.object({
    socket: z.object({ slug: z.string(), relative_path: z.string() }),
    image: z.object({ name: z.string() }).nullable(),
    value: z.unknown(),
  }),
);

/** The files of one case in the layout of the contracts `exec` and `invoke`. */
export interface CaseFolder {
  /** The path of an input image. Throws Error if inputs.json lists none of that name. */
  imagePath(slug: string): string;
  /** Throws Error if there is no such input or it is unreadable. */
  image(slug: string): Scan;
  /** The value of an input; null where the case has none. */
  value(slug: string): unknown;
  /** The absolute path of an output, `relativePath` below /output. */
  outputPath(relativePath: string): string;
  /** Writes an image on the grid of `scan`, as the ending of the path says: `.nii.gz` or `.mha`. */
  writeImage(relativePath: string, scan: Pick<Scan, 'shape' | 'affine'>, data: RawData): void;
  writeValue(relativePath: string, value: unknown): void;
}

/**
 * Reads inputs.json, which lists exactly what is there. Throws Error if it is missing.
 *
 * @param root the folder that contains `input` and `output`: `/` in a container.
 */
export function openCase(root: string): CaseFolder {
  const inputFolder = path.join(root, 'input');
  const inputs = inputsSchema.parse(JSON.parse(readFileSync(path.join(inputFolder, 'inputs.json'), 'utf8')));
  const entryOf = (slug: string) => inputs.find(({ socket }) => socket.slug === slug);
  const imagePath = (slug: string) => {
    const entry = entryOf(slug);
    if (!entry?.image) throw new Error(`inputs.json lists no image "${slug}"`);
    return path.join(inputFolder, entry.socket.relative_path, entry.image.name);
  };
  const outputPath = (relativePath: string) => path.join(root, 'output', relativePath);
  const write = (relativePath: string, content: Uint8Array | string) => {
    const file = outputPath(relativePath);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  return {
    imagePath,
    image: (slug) => readScan(imagePath(slug)),
    value: (slug) => entryOf(slug)?.value ?? null,
    outputPath,
    writeImage(relativePath, { shape, affine }, data) {
      const encode = relativePath.endsWith('.mha') ? encodeMetaImage : encodeNifti;
      write(relativePath, encode({ shape, affine, data }));
    },
    writeValue: (relativePath, value) => write(relativePath, `${JSON.stringify(value)}\n`),
  };
}
