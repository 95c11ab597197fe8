import { Buffer } from 'buffer/index.js';
import { fileAt, isFile, isFolder, namesIn } from './folder.ts';

/** What the sealing code uses of `node:fs/promises`, for the chosen folder. */

export async function readFile(path: string): Promise<Buffer> {
  return Buffer.from(await fileAt(path).arrayBuffer());
}

export async function stat(path: string) {
  const size = isFolder(path) ? 0 : fileAt(path).size;
  return { size, isFile: () => isFile(path), isDirectory: () => isFolder(path) };
}

/** Browsers have followed the links already. */
export async function realpath(path: string): Promise<string> {
  if (!isFile(path)) namesIn(path);
  return path;
}

export async function readdir(folder: string) {
  return [...namesIn(folder)].map(([name, isDirectory]) => ({
    name,
    isFile: () => !isDirectory,
    isDirectory: () => isDirectory,
    isSymbolicLink: () => false,
  }));
}
