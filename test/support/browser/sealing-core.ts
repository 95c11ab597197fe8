import { openFolder } from '#browser/node/folder.ts';
import { planFolder, sealFolder } from '#browser/seal/check-folder.ts';
import { finishSet, setFile } from '#browser/seal/finish-set.ts';
import type { LocalStore } from '#browser/seal/local-store.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';

/** The steps of the worker that seals in a browser, without a browser: imported as it is, or bundled as for one. */

export interface SealingCore {
  sealAll(options: {
    root: string;
    files: readonly { path: string; file: Blob }[];
    recipient: string;
    store: LocalStore;
    signal?: AbortSignal;
  }): Promise<{ bytes: Uint8Array; sha256: string; sealedNow: number }>;
}

export const core: SealingCore = {
  async sealAll({ root, files, recipient, store, signal = new AbortController().signal }) {
    openFolder(files);
    const planned = await planFolder(root, STROKE_T1, false);
    let sealedNow = 0;
    const counted: LocalStore = {
      ...store,
      writeBytes: (name, bytes) => {
        if (name.endsWith('inputs.age')) sealedNow++;
        return store.writeBytes(name, bytes);
      },
    };
    const run = { signal, onProgress: () => undefined };
    const sealed = await sealFolder(planned, { ...run, store: counted, recipient });
    const facts = {
      task: STROKE_T1,
      connectivity: 6,
      recipient,
      skipsBad: false,
      sealedAt: new Date(0),
    } as const;
    const set = await finishSet(store, sealed, { ...facts, ...run });
    const file = await setFile(store, set);
    return { bytes: new Uint8Array(await file.arrayBuffer()), sha256: set.sha256, sealedNow };
  },
};

Object.assign(globalThis, { sealingCore: core });

/** Keeps files as the browser does, in memory. */
export function memoryStore(): LocalStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const file = async (name: string) => {
    const bytes = files.get(name);
    return bytes ? new File([bytes], name) : null;
  };
  const writeBytes = async (name: string, bytes: Uint8Array) => {
    files.set(name, Uint8Array.from(bytes));
  };
  return {
    file,
    writeBytes,
    writeJson: (name, value) => writeBytes(name, new TextEncoder().encode(JSON.stringify(value))),
    readJson: async <T>(name: string) => JSON.parse((await (await file(name))?.text()) ?? 'null') as T | null,
    remove: async () => files.clear(),
  };
}
