import { buffer } from 'node:stream/consumers';
import { payloadBytes, SALT_BYTES } from '#lib/platform/encryption/age-payload.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { DataKeys } from './data-keys.ts';
import { ageContent } from './delivery/age.ts';
import type { VirtualFile } from './delivery/virtual-file.ts';

export interface StoredFile {
  bytes: bigint;
  blob: string;
  fileKey: Uint8Array;
  dataKeyId: string;
}

/** The content of a released file. Reading fails if its blob is missing or was changed. */
export function releasedFile(store: Store, keys: DataKeys, file: StoredFile): VirtualFile {
  const bytes = Number(file.bytes);
  const payload: VirtualFile = {
    bytes: payloadBytes(bytes),
    read: (from, to) => store.open(file.blob, { from, to }),
  };
  const opened = once(async () => {
    const salt = await buffer(payload.read(0, SALT_BYTES));
    return ageContent(payload, keys.unwrap(file), salt);
  });
  return {
    bytes,
    async *read(from, to) {
      if (from < to) yield* (await opened()).read(from, to);
    },
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
