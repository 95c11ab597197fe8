import type { DecryptAnswer, DecryptRequest } from '#lib/domain/datasets/browser-decryption.ts';
import { DecryptError, decryptStream } from './decrypt-stream.ts';
import { unpackInto } from './unpack.ts';

/** Decrypts a file beside the page, in parts: memory holds a few of them, however large the file is. */

const PROGRESS_MS = 100;
/** In the private file system of this site, until the browser has saved it elsewhere. */
const COPY_NAME = 'heldout-decrypted';

/** What only workers have, and the types of a page don’t. */
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    truncate(bytes: number): void;
    write(part: Uint8Array): number;
    flush(): void;
    close(): void;
  }>;
}

const answer = (message: DecryptAnswer) => self.postMessage(message);

self.addEventListener('message', ({ data }: MessageEvent<DecryptRequest>) => {
  decrypt(data).catch((error: Error) => {
    const message =
      error instanceof DecryptError ? error.message : `The file could not be written: ${error.message}`;
    answer({ kind: 'failed', message });
  });
});

async function decrypt({ file, key, folder }: DecryptRequest): Promise<void> {
  let readBytes = 0;
  let files = 0;
  let toldAt = 0;
  const tell = () => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    answer({ kind: 'progress', readBytes, files });
  };
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      readBytes += part.length;
      tell();
      controller.enqueue(part);
    },
  });
  const content = await decryptStream(file.stream().pipeThrough(counting), key);
  if (folder) {
    const onFile = (count: number) => {
      files = count;
      tell();
    };
    answer({ kind: 'done', files: await unpackInto(folder, content, onFile), copy: null });
    return;
  }
  answer({ kind: 'done', files: 1, copy: await writeCopy(content) });
}

/** Writes to disk, where the browser takes it from. */
async function writeCopy(content: ReadableStream<Uint8Array>): Promise<File> {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(COPY_NAME, { create: true });
  const access = await (handle as SyncFileHandle).createSyncAccessHandle();
  try {
    access.truncate(0);
    const reader = content.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      access.write(value);
    }
    access.flush();
  } finally {
    access.close();
  }
  return handle.getFile();
}
