/** What the page of a download and the worker that decrypts it tell each other. */

/** To the worker. */
export interface DecryptRequest {
  file: File;
  /** A secret key of age (AGE-SECRET-KEY-1…), or a passphrase. */
  key: string;
  /** The folder to unpack into; null: the decrypted file is kept as it is. */
  folder: FileSystemDirectoryHandle | null;
}

/** From the worker. */
export type DecryptAnswer =
  | { kind: 'progress'; readBytes: number; files: number }
  /** `copy`: the decrypted file, which lies on disk; null if it was unpacked. */
  | { kind: 'done'; files: number; copy: File | null }
  | { kind: 'failed'; message: string };
