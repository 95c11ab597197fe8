import type { ChosenFile } from '#lib/domain/test-sets/browser-sealing.ts';

/** The files of an `<input webkitdirectory>`. */
export function filesOfInput(list: FileList): ChosenFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** The files below a dropped folder; null if something else was dropped, such as single files. */
export async function filesOfDrop(items: DataTransferItemList): Promise<ChosenFile[] | null> {
  // Taken at once: the list is empty after the event.
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  const [folder] = entries;
  if (entries.length !== 1 || !folder?.isDirectory) return null;
  const files: ChosenFile[] = [];
  const open: FileSystemEntry[] = [folder];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (entry.isDirectory) open.push(...(await entriesIn(entry as FileSystemDirectoryEntry)));
    else files.push({ path: entry.fullPath.slice(1), file: await fileOf(entry as FileSystemFileEntry) });
  }
  return files;
}

/** A reader gives a part of a large folder at a time, and at the end none. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
