import { Buffer } from 'buffer/index.js';
import { fileAt, isFile, isFolder } from './folder.ts';

/** What the sealing code uses of `node:fs`, in a browser's worker: the chosen folder, read synchronously. */

declare class FileReaderSync {
  readAsArrayBuffer(file: Blob): ArrayBuffer;
}

export function readFileSync(path: string): Buffer {
  return Buffer.from(new FileReaderSync().readAsArrayBuffer(fileAt(path)));
}

export function statSync(path: string): { size: number } {
  return { size: fileAt(path).size };
}

export function existsSync(path: string): boolean {
  return isFile(path) || isFolder(path);
}
