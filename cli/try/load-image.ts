import { createReadStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Limits } from '#lib/domain/phases/limits.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { IMAGES_FILE } from './killed-runs.ts';

export interface ImageToLoad {
  file: string;
  limits: Limits;
  /** The contract of the phase, if the image has to keep to one. */
  contract?: Contract;
  /** See PrepareOptions (runner/sandbox/archive/prepare-image.ts). */
  realm?: string;
  signal: AbortSignal;
}

/** An image that nobody removes until this is disposed; then it is removed, unless it was here before. */
export interface HeldImage extends AsyncDisposable {
  image: LoadedImage;
}

/** Checks and loads an image. Throws SubmissionError if it is rejected, PlatformError, or the signal’s reason. */
export async function loadImage(
  sandbox: Sandbox,
  scratch: string,
  { file, limits, ...options }: ImageToLoad,
): Promise<HeldImage> {
  const { isNew, ...image } = await sandbox.prepareImage(createReadStream(file), limits, {
    ...options,
    beforeLoad: (_, id) => appendFile(path.join(scratch, IMAGES_FILE), `${id}\n`),
  });
  const remove = async () => {
    if (isNew) await sandbox.removeImage(image.id);
  };
  try {
    const release = await sandbox.holdImage(image.id);
    if (!release) throw new PlatformError('INTERNAL', 'The image was removed right after it was loaded.');
    return { image, [Symbol.asyncDispose]: () => release().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
