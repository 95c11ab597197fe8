import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import type { ListedContainer } from '#runner/sandbox/engine/engine.ts';
import { allMounts, mountsBelow, openMounter } from '#runner/sandbox/files/mounts.ts';
import { isDead, ownerOf, readOwner } from './run-owner.ts';

/**
 * A run of `heldout try` that is killed (SIGKILL, out of memory) can’t clean up. The next run does: the names of
 * folders and containers tell which run they belong to, so runs that are still alive aren’t touched.
 */

/** File in a run’s folder with the IDs of the images that it has loaded or is about to load, one a line. */
export const IMAGES_FILE = 'images';

export interface Removed {
  runs: number;
  containers: number;
  mounts: number;
  folders: number;
  images: number;
}

/** Removes what killed runs left on this host and in its engine. Returns null if there was nothing. */
export async function removeKilledRuns(): Promise<Removed | null> {
  const engine = openEngine();
  const self = await readOwner();
  const containers = await engine.listContainers('heldout.runner');
  const folders = await findFolders();
  const names = new Set([...containers.map(runOf), ...folders.map((folder) => path.basename(folder))]);
  const removed: Removed = { runs: 0, containers: 0, mounts: 0, folders: 0, images: 0 };
  for (const name of names) {
    const owner = ownerOf(name);
    if (owner === null || !isDead(owner, self)) continue;
    removed.runs += 1;
    for (const { id } of containers.filter((container) => runOf(container) === name)) {
      await engine.removeContainer(id);
      removed.containers += 1;
    }
    for (const folder of folders.filter((each) => path.basename(each) === name)) {
      const images = await readFile(path.join(folder, IMAGES_FILE), 'utf8').catch(() => '');
      removed.mounts += await removeFolder(folder);
      removed.folders += 1;
      for (const image of images.split('\n').filter((id) => id !== '')) {
        // Fails while another run uses the image, because that run holds it with a container.
        if ((await engine.imageExists(image)) && (await engine.removeImage(image))) removed.images += 1;
      }
    }
  }
  return removed.runs === 0 ? null : removed;
}

function runOf({ labels }: ListedContainer): string {
  return labels['heldout.runner'] ?? '';
}

/** The folders of all runs: in the current temporary folder and, by their mounts, in those of other runs. */
async function findFolders(): Promise<string[]> {
  const here = (await readdir(tmpdir()).catch(() => [])).map((name) => path.join(tmpdir(), name));
  const mounted = (await allMounts()).map((point) => path.dirname(point));
  const found = new Set([...here, ...mounted].filter((folder) => ownerOf(path.basename(folder)) !== null));
  const isOwn = await Promise.all([...found].map(isOwnFolder));
  return [...found].filter((_, index) => isOwn[index]);
}

/** Any user can create such a name in /tmp, for example a link to trick us into removing its target. */
async function isOwnFolder(folder: string): Promise<boolean> {
  const facts = await lstat(folder).catch(() => null);
  return facts?.isDirectory() === true && facts.uid === process.getuid?.();
}

/** Returns the number of mounts that were removed. */
async function removeFolder(folder: string): Promise<number> {
  const mounter = openMounter();
  try {
    const points = (await mountsBelow(folder)).reverse();
    for (const point of points) await mounter.unmount(point);
    await rm(folder, { recursive: true, force: true });
    return points.length;
  } finally {
    await mounter.close();
  }
}
