/**
 * Writes container images without an engine or a registry, in the format of `docker save`: a tar with one
 * config, one manifest and one tar per layer. The same input gives the same bytes (no times, no owners, the
 * given order), so an image's ID is known before any engine has loaded it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';

/** A file, folder or link of a layer. Paths are relative to the root, with or without a leading slash. */
export interface LayerEntry {
  path: string;
  /** Permission bits, for example 0o755. */
  mode: number;
  type?: 'file' | 'directory' | 'symlink';
  /** Content of a file; empty by default. Files on disk are streamed. */
  content?: Uint8Array | { file: string };
  /** Target of a symbolic link. */
  linkTarget?: string;
}

/** A layer that `writeLayer` has written to disk; several images may share it. */
export interface LayerFile {
  file: string;
  /** `sha256:…` of the uncompressed tar. */
  diffId: string;
}

export interface ImageSpec {
  layers: readonly (readonly LayerEntry[] | LayerFile)[];
  entrypoint?: readonly string[];
  cmd?: readonly string[];
  /** Each as `NAME=value`. */
  env?: readonly string[];
  /** A numeric ID, or a name in the image's /etc/passwd. */
  user?: string;
  workingDir?: string;
  volumes?: readonly string[];
  labels?: Readonly<Record<string, string>>;
  /** OCI name of the architecture; amd64 by default. */
  architecture?: string;
  /** Compresses the archive; false by default. */
  gzip?: boolean;
}

export interface ImageArchive {
  file: string;
  bytes: number;
  /** SHA-256 of the archive file. */
  sha256: string;
  /** `sha256:…` of the config: the image's ID in an engine that loads the archive. */
  imageId: string;
}

/**
 * Writes an image archive to `file`, which gets its final name only when it is complete.
 *
 * @throws Error of the file system, after removing partial files.
 */
export async function buildImageArchive(file: string, spec: ImageSpec): Promise<ImageArchive> {
  const scratch = await mkdtemp(`${file}.layers-`);
  try {
    const layers: LayerFile[] = [];
    for (const [index, layer] of spec.layers.entries()) {
      layers.push('diffId' in layer ? layer : await writeLayer(path.join(scratch, `${index}.tar`), layer));
    }
    const config = Buffer.from(JSON.stringify(imageConfig(spec, layers)));
    const configDigest = createHash('sha256').update(config).digest('hex');
    // Two layers with equal content are one file in the archive.
    const layerPaths = new Map(layers.map((layer) => [layerPath(layer), layer.file]));
    const manifest = [{ Config: `${configDigest}.json`, RepoTags: null, Layers: layers.map(layerPath) }];
    const written = await writeTar(file, spec.gzip === true, [
      ...[...layerPaths].map(([name, onDisk]) => ({ path: name, mode: 0o644, content: { file: onDisk } })),
      { path: `${configDigest}.json`, mode: 0o644, content: config },
      { path: 'manifest.json', mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) },
    ]);
    return { file, ...written, imageId: `sha256:${configDigest}` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Writes one layer as an uncompressed tar that several images can share. */
export async function writeLayer(file: string, entries: readonly LayerEntry[]): Promise<LayerFile> {
  const { sha256 } = await writeTar(file, false, entries);
  return { file, diffId: `sha256:${sha256}` };
}

function layerPath({ diffId }: LayerFile): string {
  return `${diffId.slice('sha256:'.length)}/layer.tar`;
}

function imageConfig(spec: ImageSpec, layers: readonly LayerFile[]) {
  return {
    architecture: spec.architecture ?? 'amd64',
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: {
      Entrypoint: spec.entrypoint ?? null,
      Cmd: spec.cmd ?? null,
      Env: spec.env ?? [],
      User: spec.user ?? '',
      WorkingDir: spec.workingDir ?? '',
      ...(spec.labels && { Labels: spec.labels }),
      ...(spec.volumes && { Volumes: Object.fromEntries(spec.volumes.map((volume) => [volume, {}])) }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:00Z' })),
  };
}

async function writeTar(
  file: string,
  gzip: boolean,
  entries: readonly LayerEntry[],
): Promise<{ bytes: number; sha256: string }> {
  const part = `${file}.part`;
  const tar = pack();
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const compress = gzip ? createGzip({ level: 6 }) : new PassThrough();
  try {
    await Promise.all([addEntries(tar, entries), pipeline(tar, compress, measure, createWriteStream(part))]);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** An error on either side ends both: the tar is destroyed, and with it the pipeline that reads it. */
async function addEntries(tar: Pack, entries: readonly LayerEntry[]): Promise<void> {
  try {
    for (const entry of entries) await addEntry(tar, entry);
    tar.finalize();
  } catch (error) {
    tar.destroy(error as Error);
    throw error;
  }
}

async function addEntry(tar: Pack, entry: LayerEntry): Promise<void> {
  const { type = 'file', mode, content = new Uint8Array(0) } = entry;
  const name = entry.path.replace(/^\/+/, '');
  const header = { name, mode, mtime: new Date(0), uid: 0, gid: 0 };
  if (type !== 'file') {
    const link = type === 'symlink' ? { linkname: entry.linkTarget ?? '' } : {};
    await added(tar, { ...header, type, ...link });
  } else if ('file' in content) {
    const { size } = await stat(content.file);
    await pipeline(createReadStream(content.file), tar.entry({ ...header, size }));
  } else {
    await added(tar, { ...header, size: content.length }, Buffer.from(content));
  }
}

function added(tar: Pack, header: Parameters<Pack['entry']>[0], content?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve());
    if (content) tar.entry(header, content, done);
    else tar.entry(header, done);
  });
}
