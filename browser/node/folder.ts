/**
 * The folder that the organizer chose, as a file system that can only be read: what `node:fs` and `node:fs/promises` read
 * from in a browser.
 */

export interface FolderFile {
  /** `/ATLAS/sub-1/anat/scan.nii.gz`: under the name of the folder. */
  path: string;
  file: Pick<File, 'size'> & Blob;
}

const files = new Map<string, FolderFile['file']>();
/** Names below each folder; true for a folder. */
const folders = new Map<string, Map<string, boolean>>();

/** Replaces what was chosen before. */
export function openFolder(chosen: readonly FolderFile[]): void {
  files.clear();
  folders.clear();
  for (const { path, file } of chosen) {
    files.set(path, file);
    for (let [child, isFolder] = [path, false]; child !== ''; isFolder = true) {
      const cut = child.lastIndexOf('/');
      const parent = child.slice(0, cut);
      const names = folders.get(parent) ?? new Map<string, boolean>();
      folders.set(parent, names.set(child.slice(cut + 1), isFolder));
      child = parent;
    }
  }
}

export function fileAt(path: string): FolderFile['file'] {
  const file = files.get(path);
  if (file) return file;
  throw folders.has(path) ? coded('EISDIR', `${path} is a folder.`) : missing(path);
}

export function namesIn(folder: string): ReadonlyMap<string, boolean> {
  const names = folders.get(folder);
  if (names) return names;
  throw files.has(folder) ? coded('ENOTDIR', `${folder} is a file.`) : missing(folder);
}

export function isFolder(path: string): boolean {
  return folders.has(path);
}

export function isFile(path: string): boolean {
  return files.has(path);
}

function missing(path: string): Error {
  return coded('ENOENT', `${path} isn’t in the folder.`);
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
