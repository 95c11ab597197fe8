import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import { tarEnd, tarFileHeader, tarPadding } from '#lib/platform/archives/tar-writer.ts';
import type { Engine } from '#runner/sandbox/engine/engine.ts';
import type { LoadedImage } from '#runner/types.ts';
import { decompress, expansionLimits, limitSize } from './decompress.ts';
import {
  type ImageProgram,
  readApiMethod,
  readProgram,
  requireContract,
  writeConfig,
} from './image-config.ts';
import { resolveAccount } from './layers/account.ts';
import { ACCOUNT_PATHS, MAX_ACCOUNT_FILE_BYTES, readAccountFiles } from './layers/account-files.ts';
import { type AddedLayer, accountsLayer, realmLayer } from './layers/added-layers.ts';
import { FileLookup } from './layers/file-lookup.ts';
import { inspectLayers, scanLayers } from './layers/inspect-layers.ts';
import { contentSize, type LayerContent, readContent } from './layers/left-out.ts';
import { readLayout } from './layout.ts';
import { requireFreeSpace, Spool } from './spool.ts';
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
  /** Refuses an image whose label names another contract, before its layers are read. */
  contract?: Contract;
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
  { imageMib, scratchDir, engineFolder, realm = '', contract, signal, beforeLoad }: PrepareOptions,
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
    const apiMethod = readApiMethod(config);
    if (contract !== undefined) requireContract(apiMethod, contract);
    const lookups = ACCOUNT_PATHS.map((path) => new FileLookup(path, MAX_ACCOUNT_FILE_BYTES));
    const inspected = await inspectLayers(config, layers, { spool, limits, lookups, signal });
    const accounts = await readAccountFiles(lookups, (following) => scanLayers(inspected, following, signal));
    const account = resolveAccount(config.config?.User ?? '', accounts);
    const runnable = account.isFallback ? withHome(program) : program;
    const lowest = realmLayer(realm);
    const uppermost = accountsLayer(account, accounts);
    const diffIds = [lowest.diffId, ...inspected.map(({ diffId }) => diffId), uppermost.diffId];
    const { bytes: configBytes, id } = writeConfig(runnable, account, diffIds);
    const bytes = inspected.reduce((sum, { size, entries }) => sum + size + entries * BLOCK_BYTES, 0);
    const isNew = !(await engine.imageExists(id));
    if (isNew) {
      await beforeLoad?.(bytes, id);
      await requireEngineSpace(engineFolder, bytes);
      const all = [await spoolLayer(lowest, spool), ...inspected, await spoolLayer(uppermost, spool)];
      await load(engine, id, configBytes, all);
    }
    const { uid, gid, groups } = account;
    return { id, ...runnable, apiMethod, uid, gid, groups, bytes, isNew };
  } finally {
    archive.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The home folder in root's images is read-only, so HOME points to the only writable folder. */
function withHome(program: ImageProgram): ImageProgram {
  if (program.env.some((entry) => entry.startsWith('HOME='))) return program;
  return { ...program, env: [...program.env, 'HOME=/tmp'] };
}

async function spoolLayer({ bytes }: AddedLayer, spool: Spool): Promise<LayerContent> {
  await using writer = await spool.create();
  await writer.write(bytes);
  return { file: await writer.close(), leftOut: [] };
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
  layers: readonly LayerContent[],
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
  layers: readonly LayerContent[],
): AsyncGenerator<Buffer> {
  const configName = `${id.slice('sha256:'.length)}.json`;
  // A layer that is listed twice is one file.
  const contents = new Map(layers.map((content) => [content.file.path, content]));
  const names = new Map([...contents.keys()].map((path, index) => [path, `${index}.tar`]));
  const Layers = layers.map(({ file }) => names.get(file.path));
  yield* smallFile(configName, config);
  for (const [path, content] of contents) {
    const size = contentSize(content);
    yield tarFileHeader(names.get(path)!, size);
    yield* readContent(content);
    yield tarPadding(size);
  }
  const manifest = [{ Config: configName, RepoTags: null, Layers }];
  yield* smallFile('manifest.json', Buffer.from(JSON.stringify(manifest)));
  yield tarEnd();
}

function* smallFile(name: string, content: Buffer): Generator<Buffer> {
  yield tarFileHeader(name, content.length);
  yield content;
  yield tarPadding(content.length);
}
