import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { compressionOf, MAGIC_BYTES } from '#lib/domain/compression.ts';
import { PlatformError, SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Engine } from '#runner/sandbox/engine/engine.ts';
import type { LoadedImage } from '#runner/types.ts';
import { accountTexts, resolveAccount } from './account.ts';
import { type AddedLayer, accountsLayer, realmLayer } from './added-layers.ts';
import { decompress, type ExpansionLimits, expansionLimits, limitSize } from './decompress.ts';
import { type ImageConfig, type ImageProgram, readProgram, writeConfig } from './image-config.ts';
import { inspectLayer, type LayerReport, MAX_LAYER_ENTRIES } from './layer.ts';
import { readLayout } from './layout.ts';
import { requireFreeSpace, Spool, type SpooledFile, unpackedTooLarge } from './spool.ts';
import { tarEnd, tarFileHeader, tarPadding } from './tar-writer.ts';
import { unpackArchive } from './unpack.ts';

/**
 * Turns an untrusted archive into an image that is safe to run.
 *
 * `docker load` trusts its input: an archive may carry a tag of another team, several images, or a manifest
 * that names a layer by hash but contains other content, which makes the engine use the layer that it already
 * has: another team's weights. So the archive never reaches the engine as submitted. It is unpacked into
 * numbered files, every layer is inspected (hash, names, types), a new config with only the settings that a
 * container run needs is written, and an archive that we build ourselves, without a tag, is loaded. The
 * engine's ID for the image is the hash of our config, so it is known in advance; containers refer to the
 * image only by this ID.
 */
export interface PrepareOptions {
  /** Size limit of the compressed archive. */
  imageMib: number;
  /** A folder on disk. Everything written there is removed before the promise settles. */
  scratchDir: string;
  /**
   * Where the engine stores images, if it is on this host: free space is checked before the image is loaded.
   */
  engineFolder?: string;
  /**
   * Separates images of different users: images of two realms share nothing on the engine's disk, whatever
   * their content (added-layers.ts explains why). Omit it where there is nothing to keep apart.
   */
  realm?: string;
  signal?: AbortSignal;
  /**
   * Called with the size of the layers and the image's ID before the image is loaded, to make room and record
   * it.
   */
  beforeLoad?: (bytes: number, id: string) => Promise<void>;
}

export interface PreparedImage extends LoadedImage {
  /** Approximate disk space that the image needs in the engine: its uncompressed layers. */
  bytes: number;
  /** The engine did not have the image before. */
  isNew: boolean;
}

/** docker save writes three entries per layer and a few more, and the number of layers is limited. */
const MAX_OUTER_ENTRIES = 4096;
/**
 * Approximate disk space that a file or folder needs beyond its content: its partly filled last block and an
 * inode.
 */
const BLOCK_BYTES = 4096;
const LABEL = 'The archive';

/** Throws SubmissionError with a message that names the problem, or PlatformError. */
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
    const source = decompress(limitSize(archive, archiveBytes, LABEL, signal), limits, LABEL);
    const { config, layers } = await readLayout(
      await unpackArchive(source, spool, { label: LABEL, maxEntries: MAX_OUTER_ENTRIES }),
    );
    const program = readProgram(config);
    const inspected = await inspectLayers(config, layers, spool, limits, signal);
    const reports = inspected.map(({ report }) => report);
    const account = resolveAccount(config.config?.User ?? '', reports);
    const runnable = account.isFallback ? withHome(program) : program;
    const lowest = realmLayer(realm);
    const uppermost = accountsLayer(account, accountTexts(reports));
    const diffIds = [lowest.diffId, ...config.rootfs.diff_ids, uppermost.diffId];
    const { bytes: configBytes, id } = writeConfig(runnable, account, diffIds);
    const bytes = reports.reduce((sum, { size, entries }) => sum + size + entries * BLOCK_BYTES, 0);
    const isNew = !(await engine.imageExists(id));
    if (isNew) {
      await beforeLoad?.(bytes, id);
      await requireEngineSpace(engineFolder, bytes);
      const files = inspected.map(({ file }) => file);
      const all = [await spoolLayer(lowest, spool), ...files, await spoolLayer(uppermost, spool)];
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
      `The archive contains ${layers.length} layers, but the image’s config lists ${diffIds.length}.`,
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
        `${label} does not match the image’s config: its checksum is ${report.diffId}, not ${diffIds[index]}. Save the image again with \`docker save\`.`,
      );
    }
    entriesLeft -= report.entries;
    bytesLeft -= report.size;
    // A layer that is listed a hundred times is one file here but a hundred on the engine's disk.
    if (bytesLeft < 0) throw unpackedTooLarge('The image', limits.maxBytes);
    inspected.push({ file, report });
  }
  return inspected;
}

/**
 * docker save stores layers uncompressed and OCI layouts compress them; the engine receives them
 * uncompressed.
 */
async function uncompressedLayer(
  layer: SpooledFile,
  spool: Spool,
  limits: ExpansionLimits,
  label: string,
): Promise<SpooledFile> {
  if (!(await isCompressed(layer))) return layer;
  await using writer = await spool.create();
  const source = createReadStream(layer.path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  for await (const chunk of decompress(source, limits, label)) await writer.write(chunk);
  return writer.close();
}

async function isCompressed(layer: SpooledFile): Promise<boolean> {
  for await (const start of createReadStream(layer.path, { end: MAGIC_BYTES - 1 }))
    return compressionOf(start) !== 'none';
  return false;
}

/** The home folder in root's images is read-only, so HOME points to the only writable folder. */
function withHome(program: ImageProgram): ImageProgram {
  if (program.env.some((entry) => entry.startsWith('HOME='))) return program;
  return { ...program, env: [...program.env, 'HOME=/tmp'] };
}

async function spoolLayer({ bytes }: AddedLayer, spool: Spool): Promise<SpooledFile> {
  await using writer = await spool.create();
  await writer.write(bytes);
  return writer.close();
}

async function requireEngineSpace(engineFolder: string | undefined, bytes: number): Promise<void> {
  if (engineFolder === undefined || !(await stat(engineFolder).catch(() => null))) return;
  // The engine unpacks the archive into a temporary folder first and then into its store.
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
  throw new PlatformError('INTERNAL', `The engine loaded the image ${loaded} instead of ${id}.`);
}

/** Writes a docker-save archive with one image and no tag. */
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
