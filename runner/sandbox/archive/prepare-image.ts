import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { compressionOf, MAGIC_BYTES } from '#lib/domain/compression.ts';
import { PlatformError, SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Engine } from '#runner/sandbox/engine/engine.ts';
import type { LoadedImage } from '#runner/types.ts';
import { accountTexts, resolveAccount } from './account.ts';
import { capped, decompressed, type ExpansionLimits, expansionLimits } from './decompress.ts';
import { type ImageConfig, type ImageProgram, readProgram, writeConfig } from './image-config.ts';
import { inspectLayer, type LayerReport, MAX_LAYER_ENTRIES } from './layer.ts';
import { readLayout } from './layout.ts';
import { accountsLayer, groundLayer, type OwnLayer } from './own-layers.ts';
import { requireFreeSpace, Spool, type SpooledFile, tooLargeUnpacked } from './spool.ts';
import { tarEnd, tarFileHeader, tarPadding } from './tar-writer.ts';
import { unpackArchive } from './unpack.ts';

/**
 * How an archive from a stranger becomes an image that may be run.
 *
 * `docker load` believes what it is given: a tag that belongs to another team, several images, and above all
 * a manifest that names a layer by hash and brings other content, which makes the engine use the layer that
 * it has, another team's weights. So nothing of the archive reaches the engine as it came. It is unpacked
 * into numbered files, every layer is read (hash, names, types), a new config with only the settings of a
 * run is written, and an archive of our own making, without a tag, is loaded. The engine's ID is the hash of
 * our config, known before; the image is run by it and by nothing else.
 */
export interface PrepareOptions {
  /** Compressed size of the archive. */
  imageMib: number;
  /** A folder on disk; everything that is put there is gone when the promise settles. */
  scratchDir: string;
  /** Where the engine keeps images, if on this host: free space is checked before the load. */
  engineFolder?: string;
  /**
   * Whose use of the image this is. Images of two realms share nothing on the engine's disk, whatever is in them:
   * own-layers.ts says why. Whoever has no secrets to keep apart leaves it out.
   */
  realm?: string;
  signal?: AbortSignal;
  /** Called with the size of the layers and the image's ID before the engine gets them: to make room, to note it. */
  beforeLoad?: (bytes: number, id: string) => Promise<void>;
}

export interface PreparedImage extends LoadedImage {
  /** Bytes of the uncompressed layers: what the image costs on the engine's disk, about. */
  bytes: number;
  /** The engine did not have it before. */
  isNew: boolean;
}

/** docker save writes three entries a layer and a few more, and layers are limited. */
const MAX_OUTER_ENTRIES = 4096;
/** What a file or folder takes of a disk beyond its bytes, about: the rest of its last block, and an inode. */
const BLOCK_BYTES = 4096;
const WHAT = 'The archive';

/** Throws SubmissionError with a sentence that names what is wrong, or PlatformError. */
export async function prepareImage(
  engine: Engine,
  archive: Readable,
  { imageMib, scratchDir, engineFolder, realm = '', signal, beforeLoad }: PrepareOptions,
): Promise<PreparedImage> {
  const archiveBytes = imageMib * 2 ** 20;
  const limits = expansionLimits(archiveBytes);
  const folder = await mkdtemp(join(scratchDir, 'image-'));
  try {
    const spool = new Spool(folder, limits.maxBytes, 'The image');
    const source = decompressed(capped(archive, archiveBytes, WHAT, signal), limits, WHAT);
    const { config, layers } = await readLayout(
      await unpackArchive(source, spool, { what: WHAT, maxEntries: MAX_OUTER_ENTRIES }),
    );
    const program = readProgram(config);
    const inspected = await inspectLayers(config, layers, spool, limits, signal);
    const reports = inspected.map(({ report }) => report);
    const account = resolveAccount(config.config?.User ?? '', reports);
    const runnable = account.isFallback ? withHome(program) : program;
    const below = groundLayer(realm);
    const above = accountsLayer(account, accountTexts(reports));
    const diffIds = [below.diffId, ...config.rootfs.diff_ids, above.diffId];
    const { bytes: configBytes, id } = writeConfig(runnable, account, diffIds);
    const bytes = reports.reduce((sum, { size, entries }) => sum + size + entries * BLOCK_BYTES, 0);
    const isNew = !(await engine.imageExists(id));
    if (isNew) {
      await beforeLoad?.(bytes, id);
      await requireEngineSpace(engineFolder, bytes);
      const files = inspected.map(({ file }) => file);
      const all = [await spooled(below, spool), ...files, await spooled(above, spool)];
      await load(engine, id, configBytes, all);
    }
    return { id, ...runnable, uid: account.uid, gid: account.gid, bytes, isNew };
  } finally {
    archive.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

interface InspectedLayer {
  file: SpooledFile;
  report: LayerReport;
}

async function inspectLayers(
  config: ImageConfig,
  layers: readonly SpooledFile[],
  spool: Spool,
  limits: ExpansionLimits,
  signal?: AbortSignal,
): Promise<InspectedLayer[]> {
  const diffIds = config.rootfs.diff_ids;
  if (layers.length === 0 || layers.length !== diffIds.length) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The archive holds ${layers.length} layers, the image’s config lists ${diffIds.length}.`,
    );
  }
  const inspected: InspectedLayer[] = [];
  let entriesLeft = MAX_LAYER_ENTRIES;
  let bytesLeft = limits.maxBytes;
  for (const [index, layer] of layers.entries()) {
    signal?.throwIfAborted();
    const label = `Layer ${index + 1} of ${layers.length}`;
    const file = await uncompressedLayer(layer, spool, limits, label);
    const report = await inspectLayer(
      createReadStream(file.path, { highWaterMark: 1 << 20 }),
      label,
      entriesLeft,
    );
    if (report.diffId !== diffIds[index]) {
      throw new SubmissionError(
        'IMAGE_INVALID',
        `${label} is not the one that the image’s config names: its hash is ${report.diffId}, not ${diffIds[index]}.`,
      );
    }
    entriesLeft -= report.entries;
    bytesLeft -= report.size;
    // A layer that is listed a hundred times is one file here, and a hundred on the engine's disk.
    if (bytesLeft < 0) throw tooLargeUnpacked('The image', limits.maxBytes);
    inspected.push({ file, report });
  }
  return inspected;
}

/** docker save stores layers plain, OCI layouts compressed; the engine is given them plain. */
async function uncompressedLayer(
  layer: SpooledFile,
  spool: Spool,
  limits: ExpansionLimits,
  label: string,
): Promise<SpooledFile> {
  if (!(await isCompressed(layer))) return layer;
  await using writer = await spool.create();
  const source = createReadStream(layer.path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  for await (const chunk of decompressed(source, limits, label)) await writer.write(chunk);
  return writer.close();
}

async function isCompressed(layer: SpooledFile): Promise<boolean> {
  for await (const start of createReadStream(layer.path, { end: MAGIC_BYTES - 1 }))
    return compressionOf(start) !== 'none';
  return false;
}

/** Programs of root's images find their home on a read-only disk; give them the one writable place. */
function withHome(program: ImageProgram): ImageProgram {
  if (program.env.some((entry) => entry.startsWith('HOME='))) return program;
  return { ...program, env: [...program.env, 'HOME=/tmp'] };
}

async function spooled({ bytes }: OwnLayer, spool: Spool): Promise<SpooledFile> {
  await using writer = await spool.create();
  await writer.write(bytes);
  return writer.close();
}

async function requireEngineSpace(engineFolder: string | undefined, bytes: number): Promise<void> {
  if (engineFolder === undefined || !(await stat(engineFolder).catch(() => null))) return;
  // The engine unpacks the archive once into a temporary folder and once into its store.
  await requireFreeSpace(engineFolder, 2 * bytes);
}

async function load(
  engine: Engine,
  id: string,
  config: Buffer,
  layers: readonly SpooledFile[],
): Promise<void> {
  const loaded = await engine.loadImage(Readable.from(dockerSave(id, config, layers), { objectMode: false }));
  if (loaded === id) return;
  await engine.removeImage(loaded);
  throw new PlatformError('INTERNAL', `The engine loaded ${loaded} where ${id} was written.`);
}

/** A docker-save archive with one image and no tag. */
async function* dockerSave(
  id: string,
  config: Buffer,
  layers: readonly SpooledFile[],
): AsyncGenerator<Buffer> {
  const configName = `${id.slice('sha256:'.length)}.json`;
  const names = new Map(layers.map(({ path }, index) => [path, `${index}.tar`]));
  const manifest = [
    { Config: configName, RepoTags: null, Layers: layers.map(({ path }) => names.get(path)) },
  ];
  yield* smallFile(configName, config);
  for (const [path, name] of names) {
    const { size } = await stat(path);
    yield tarFileHeader(name, size);
    yield* createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    yield tarPadding(size);
  }
  yield* smallFile('manifest.json', Buffer.from(JSON.stringify(manifest)));
  yield tarEnd();
}

function* smallFile(name: string, content: Buffer): Generator<Buffer> {
  yield tarFileHeader(name, content.length);
  yield content;
  yield tarPadding(content.length);
}
