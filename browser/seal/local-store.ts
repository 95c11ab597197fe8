/**
 * A folder of the browser's private file system (OPFS) with what was sealed so far: ciphertext, and facts of the cases
 * that never leave the machine. It survives the end of the page, and is removed when the site has the set.
 */
export interface LocalStore {
  writeBytes(name: string, bytes: Uint8Array): Promise<void>;
  /** null if the file doesn't exist. */
  file(name: string): Promise<File | null>;
  writeJson(name: string, value: unknown): Promise<void>;
  /** null if the file doesn't exist, or its writing was interrupted. */
  readJson<T>(name: string): Promise<T | null>;
  remove(): Promise<void>;
}

/** In a worker: its handles write without a copy of the file. TypeScript's DOM doesn't have them. */
interface SyncAccessHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type WorkerFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

const ROOT = 'sealing';

export async function openLocalStore(name: string): Promise<LocalStore> {
  // Browsers offer it to secure pages only.
  if (navigator.storage === undefined) throw new DOMException('No storage.', 'SecurityError');
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
  let folder = await root.getDirectoryHandle(name, { create: true });
  const file = async (of: string): Promise<File | null> => {
    const handle = await folder.getFileHandle(of).catch(() => null);
    return handle === null ? null : handle.getFile();
  };
  const writeBytes = async (of: string, bytes: Uint8Array): Promise<void> => {
    const handle = (await folder.getFileHandle(of, { create: true })) as WorkerFileHandle;
    const access = await handle.createSyncAccessHandle();
    try {
      access.truncate(0);
      const written = access.write(bytes, { at: 0 });
      if (written !== bytes.length) throw new DOMException('The file is incomplete.', 'QuotaExceededError');
      access.flush();
    } finally {
      access.close();
    }
  };
  return {
    writeBytes,
    file,
    writeJson: (of, value) => writeBytes(of, new TextEncoder().encode(JSON.stringify(value))),
    readJson: async <T>(of: string) => {
      const text = await (await file(of))?.text();
      try {
        return text === undefined ? null : (JSON.parse(text) as T);
      } catch {
        return null;
      }
    },
    remove: async () => {
      await root.removeEntry(name, { recursive: true });
      folder = await root.getDirectoryHandle(name, { create: true });
    },
  };
}
