import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Limits } from '#lib/domain/limits.ts';
import type { Store } from '#lib/server/store.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { LoadedImage } from './types.ts';

const loadedImageSchema = z.object({
  id: z.string(),
  entrypoint: z.array(z.string()),
  cmd: z.array(z.string()),
  workingDir: z.string(),
  env: z.array(z.string()),
  uid: z.int(),
  gid: z.int(),
  volumes: z.array(z.string()),
});
const cacheSchema = z.record(z.string(), loadedImageSchema);

/** Images that were checked and loaded before, by the SHA-256 of their archive. */
export interface ImageCache {
  /** Throws TeamFault for an archive that is refused, PlatformFault for an engine that is gone. */
  load(archiveSha256: string, limits: Limits, signal: AbortSignal): Promise<LoadedImage>;
}

/** `file` remembers what is loaded over restarts; an image that the engine has lost is loaded anew. */
export function openImageCache({
  sandbox,
  store,
  file,
}: {
  sandbox: Sandbox;
  store: Store;
  file: string;
}): ImageCache {
  const read = async (): Promise<Record<string, LoadedImage>> => {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    // A damaged cache costs a load, nothing else.
    try {
      return cacheSchema.parse(JSON.parse(text));
    } catch {
      return {};
    }
  };
  return {
    async load(archiveSha256, limits, signal) {
      const known = (await read())[archiveSha256];
      if (known && (await sandbox.hasImage(known.id))) return known;
      const loaded = await sandbox.prepareImage(store.open(archiveSha256), limits, signal);
      const draft = `${file}.${process.pid}`;
      await writeFile(draft, JSON.stringify({ ...(await read()), [archiveSha256]: loaded }), { mode: 0o600 });
      await rename(draft, file);
      return loaded;
    },
  };
}
