import { cleanPath } from '#runner/sandbox/archive/paths.ts';
import type { TarEntry } from '#runner/sandbox/archive/tar-reader.ts';
import type { Placed } from './layer-paths.ts';

/** What is at one path: in one layer, or in the layers so far. */
type Node =
  | { kind: 'folder' }
  | { kind: 'file'; text: string }
  | { kind: 'symlink'; target: string }
  /** Another name of a file in the layers up to and including its own. */
  | { kind: 'hardlink'; target: string; layers: number }
  /** A pipe, or a file that is too large. */
  | { kind: 'other' }
  /** A whiteout: nothing, and nothing of the layers below. */
  | { kind: 'nothing' };

interface OwnNode {
  node: Node;
  /** A folder that hides its content in the layers below. */
  isOpaque: boolean;
}

const NOTHING: Node = { kind: 'nothing' };
const FOLDER: Node = { kind: 'folder' };

/**
 * Finds a small text file in the image that results from stacking the layers, as an overlay file system does:
 * a folder continues the folder below, everything else replaces what is below. It is told about the entries of
 * each layer, from the lowest to the uppermost, and only remembers what concerns the path itself. A symbolic or
 * hard link ends one lookup; `next` returns the one that continues at its target.
 */
export class FileLookup {
  /** "etc" and "etc/passwd" for "etc/passwd" */
  private readonly prefixes: readonly string[];
  private readonly maxBytes: number;
  private readonly maxLayers: number;
  private layers = 0;
  /** By prefix: the layers so far, and the current layer, which leaves out what it doesn't change. */
  private stacked: Node[];
  private own: (OwnNode | undefined)[] = [];

  constructor(path: string, maxBytes: number, maxLayers = Number.POSITIVE_INFINITY) {
    const parts = path.split('/');
    this.prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    this.stacked = parts.map(() => NOTHING);
    this.maxBytes = maxBytes;
    this.maxLayers = maxLayers;
  }

  /** Returns a function that takes the entry's content, if the lookup wants it. */
  onEntry(entry: TarEntry, place: Placed): ((content: Buffer) => void) | null {
    const index = this.reach(place.path);
    if (index === null) return null;
    this.set(index, this.nodeOf(entry, place));
    if (entry.type !== 'file' || entry.size > this.maxBytes) return null;
    return (content) => this.set(index, { kind: 'file', text: content.toString('utf8') });
  }

  /** `path` is hidden in the layers below. */
  onWhiteout(path: string): void {
    const index = this.reach(path);
    if (index !== null) this.set(index, NOTHING);
  }

  /** The content of `folder` is hidden in the layers below; '' is the root. */
  onOpaque(folder: string): void {
    if (folder === '' && this.layers < this.maxLayers) this.stacked = this.stacked.map(() => NOTHING);
    const index = folder === '' ? null : this.reach(folder);
    if (index !== null) this.own[index] = { node: FOLDER, isOpaque: true };
  }

  endLayer(): void {
    this.stack();
    this.layers += 1;
    this.own = [];
  }

  /** The file's text, the lookup that continues at a link's target, or null if there is no such file. */
  result(): { text: string } | { next: FileLookup } | null {
    for (const [index, node] of this.stacked.entries()) {
      const rest = this.prefixes.at(-1)!.slice(this.prefixes[index]!.length);
      if (node.kind === 'symlink') {
        const folder = node.target.startsWith('/') ? '' : (this.prefixes[index - 1] ?? '');
        return this.continueAt(cleanPath(`${folder}/${node.target}${rest}`), this.maxLayers);
      }
      if (node.kind === 'hardlink' && rest === '') return this.continueAt(node.target, node.layers);
      if (node.kind === 'file' && rest === '') return { text: node.text };
      if (node.kind !== 'folder') return null;
    }
    return null;
  }

  private continueAt(path: string, layers: number): { next: FileLookup } | null {
    return path === '' ? null : { next: new FileLookup(path, this.maxBytes, layers) };
  }

  /** The index of the prefix that `path` is, or null. All prefixes above it are folders of this layer. */
  private reach(path: string): number | null {
    if (this.layers >= this.maxLayers) return null;
    for (const [index, prefix] of this.prefixes.entries()) {
      if (path === prefix) return index;
      if (!path.startsWith(`${prefix}/`)) return null;
      if (this.own[index]?.node.kind !== 'folder') this.set(index, FOLDER);
    }
    return null;
  }

  /** A folder keeps what the layer already has below it; everything else replaces it. */
  private set(index: number, node: Node): void {
    if (node.kind === 'folder' && this.own[index]?.node.kind === 'folder') return;
    this.own.length = index;
    this.own[index] = { node, isOpaque: false };
  }

  private nodeOf({ type }: TarEntry, { target, isSymlink }: Placed): Node {
    if (type === 'directory') return FOLDER;
    if (target === null) return { kind: 'other' };
    return isSymlink ? { kind: 'symlink', target } : { kind: 'hardlink', target, layers: this.layers + 1 };
  }

  private stack(): void {
    for (const index of this.prefixes.keys()) {
      const own = this.own[index];
      if (own === undefined) return;
      const continues = own.node.kind === 'folder' && !own.isOpaque && this.stacked[index]?.kind === 'folder';
      if (continues) continue;
      this.stacked = [
        ...this.stacked.slice(0, index),
        own.node,
        ...this.stacked.slice(index + 1).map(() => NOTHING),
      ];
      if (own.node.kind !== 'folder') return;
    }
  }
}
