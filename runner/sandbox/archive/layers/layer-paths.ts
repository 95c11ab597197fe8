import { cleanPath } from '#runner/sandbox/archive/paths.ts';
import { type TarEntry, TarError } from '#runner/sandbox/archive/tar-reader.ts';

const MAX_LINK_BYTES = 64 * 2 ** 20;
/** As in Linux (path_resolution(7)). */
const MAX_LINK_HOPS = 40;
/**
 * Bounds the time for paths of thousands of folders to a few seconds. A layer of a hundred thousand hard links
 * needs a third.
 */
const MAX_LOOKED_UP_BYTES = 2 ** 27;

/** Where an entry of a layer ends up. */
export interface Placed {
  /** The entry's path after following the layer's own links, without a leading slash; '' is the root. */
  path: string;
  /** What a hard link names, resolved in the same way; what a symbolic link contains. */
  target: string | null;
  /** The entry is a symbolic link, or another name of one. */
  isSymlink: boolean;
  /** The parts of the entry's name, and the folder that each number of leading parts leads to. */
  parts: readonly string[];
  folders: readonly string[];
}

/**
 * Follows the links of one layer as the engine does when it unpacks the layer: after a link
 * `lib -> usr/lib`, an entry in `lib` is created in /usr/lib. The engine unpacks in a chroot of the layer's folder, so an absolute
 * link stays inside; a link that climbs above the root is refused once an entry follows it.
 */
export class LayerPaths {
  /** Symbolic links by their path; each has the text that it contains. */
  private readonly links = new Map<string, string>();
  private linkBytes = 0;
  private lookedUpBytes = 0;
  /** The previous entry. */
  private last: Pick<Placed, 'parts' | 'folders'> = { parts: [], folders: [''] };

  /** Throws TarError if a link on the way leads in a circle or out of the root. */
  locate(entry: TarEntry): Placed {
    const place = this.resolve(entry.name);
    if (entry.type === 'symlink') return { ...place, target: entry.linkName, isSymlink: true };
    if (entry.type !== 'hardlink') return { ...place, target: null, isSymlink: false };
    // link(2) follows the folders of its target, but not the target itself.
    const { path: target } = this.resolve(entry.linkName);
    const text = this.links.get(target);
    return { ...place, target: text ?? target, isSymlink: text !== undefined };
  }

  /**
   * Records that the engine creates the entry, which replaces a link at its path. Returns an upper bound on the
   * files and folders that this adds, exact if folders precede their content: the engine creates missing
   * folders of a name, so one name can add two thousand.
   */
  create(place: Placed): number {
    const { path, target, isSymlink, parts } = place;
    const shared = sharedLength(parts, this.last.parts);
    this.last = place;
    this.links.delete(path);
    if (isSymlink && target !== null) this.addLink(path, target);
    return Math.max(parts.length - shared, 1);
  }

  private addLink(path: string, target: string): void {
    this.linkBytes += path.length + target.length;
    if (this.linkBytes > MAX_LINK_BYTES) throw new TarError('contains more links than any real image');
    this.links.set(path, target);
  }

  /** Follows links in all parts except the last one. */
  private resolve(name: string): Pick<Placed, 'path' | 'parts' | 'folders'> {
    const parts = cleanPath(name).split('/');
    const known = Math.min(
      sharedLength(parts, this.last.parts),
      parts.length - 1,
      this.last.folders.length - 1,
    );
    const folders = this.last.folders.slice(0, known + 1);
    for (const part of parts.slice(known, -1)) folders.push(this.enter(folders.at(-1) ?? '', part));
    return { path: join(folders.at(-1) ?? '', parts.at(-1) ?? ''), parts, folders };
  }

  private enter(folder: string, part: string): string {
    const path = join(folder, part);
    const target = this.linkAt(path);
    return target === undefined ? path : this.follow(path, folder, target);
  }

  private linkAt(path: string): string | undefined {
    if (this.links.size === 0) return undefined;
    this.lookedUpBytes += path.length;
    if (this.lookedUpBytes > MAX_LOOKED_UP_BYTES)
      throw new TarError('contains longer paths than any real image');
    return this.links.get(path);
  }

  private follow(link: string, start: string, text: string): string {
    let folder = text.startsWith('/') ? '' : start;
    const rest = text.split('/').reverse();
    let hops = 1;
    // The parts that are left, the next one last.
    for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (folder === '')
          throw new TarError(`contains an entry below ${quote(link)}, a link out of the root`);
        folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
        continue;
      }
      const path = join(folder, part);
      const target = this.linkAt(path);
      if (target === undefined) {
        folder = path;
        continue;
      }
      hops += 1;
      if (hops > MAX_LINK_HOPS)
        throw new TarError(`contains an entry below ${quote(link)}, a link that leads in a circle`);
      if (target.startsWith('/')) folder = '';
      rest.push(...target.split('/').reverse());
    }
    return folder;
  }
}

function sharedLength(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared += 1;
  return shared;
}

function join(folder: string, part: string): string {
  return folder === '' ? part : `${folder}/${part}`;
}

function quote(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
