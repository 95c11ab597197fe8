import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { compressionOf, MAGIC_BYTES } from '#lib/domain/compression.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { counted } from '#lib/domain/units.ts';
import { decompress, type ExpansionLimits } from '#runner/sandbox/archive/decompress.ts';
import type { ImageConfig } from '#runner/sandbox/archive/image-config.ts';
import { SAVE_AGAIN } from '#runner/sandbox/archive/layout.ts';
import { type Spool, type SpooledFile, unpackedTooLarge } from '#runner/sandbox/archive/spool.ts';
import type { FileLookup } from './file-lookup.ts';
import { inspectLayer, MAX_LAYER_ENTRIES } from './inspect-layer.ts';
import { type LayerContent, readContent } from './left-out.ts';

export interface InspectedLayer extends LayerContent {
  /** Of the content that is loaded. */
  diffId: string;
  size: number;
  entries: number;
}

interface InspectLayersOptions {
  spool: Spool;
  limits: ExpansionLimits;
  lookups: readonly FileLookup[];
  signal: AbortSignal | undefined;
}

/**
 * Inspects every layer of an image, the lowest first, and compares it with the config. Throws SubmissionError.
 */
export async function inspectLayers(
  config: ImageConfig,
  layers: readonly SpooledFile[],
  { spool, limits, lookups, signal }: InspectLayersOptions,
): Promise<InspectedLayer[]> {
  const diffIds = config.rootfs.diff_ids;
  if (layers.length === 0 || layers.length !== diffIds.length) {
    throw new SubmissionError(
      'IMAGE_INVALID',
      `The archive contains ${counted(layers.length, 'layer')}, but the image’s config lists ${diffIds.length}. ${SAVE_AGAIN}`,
    );
  }
  const inspected: InspectedLayer[] = [];
  let entriesLeft = MAX_LAYER_ENTRIES;
  let bytesLeft = limits.maxBytes;
  for (const [index, layer] of layers.entries()) {
    signal?.throwIfAborted();
    const label = `Layer ${index + 1} of ${layers.length}`;
    const file = await uncompressedLayer(layer, spool, limits, label);
    const report = await inspectLayer(readSpooled(file), { label, maxEntries: entriesLeft, lookups });
    if (report.diffId !== diffIds[index]) {
      throw new SubmissionError(
        'IMAGE_INVALID',
        `${label} does not match the image’s config: its checksum is ${report.diffId}, not ${diffIds[index]}. ${SAVE_AGAIN}`,
      );
    }
    entriesLeft -= report.entries;
    bytesLeft -= report.size;
    // A layer that is listed a hundred times is one file here but a hundred on the engine's disk.
    if (bytesLeft < 0) throw unpackedTooLarge('The image', limits.maxBytes);
    const content = { file, leftOut: report.leftOut };
    const diffId = report.leftOut.length === 0 ? report.diffId : await hashContent(content);
    inspected.push({ ...report, ...content, diffId });
  }
  return inspected;
}

/** Shows layers that were inspected before to other lookups. */
export async function scanLayers(
  layers: readonly InspectedLayer[],
  lookups: readonly FileLookup[],
  signal?: AbortSignal,
): Promise<void> {
  for (const [index, { file }] of layers.entries()) {
    signal?.throwIfAborted();
    const label = `Layer ${index + 1} of ${layers.length}`;
    await inspectLayer(readSpooled(file), { label, maxEntries: MAX_LAYER_ENTRIES, lookups });
  }
}

function readSpooled({ path }: SpooledFile): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 1 << 20 });
}

async function hashContent(content: LayerContent): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readContent(content)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
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
  for await (const chunk of decompress(readSpooled(layer), limits, label)) await writer.write(chunk);
  return writer.close();
}

async function isCompressed(layer: SpooledFile): Promise<boolean> {
  for await (const start of createReadStream(layer.path, { end: MAGIC_BYTES - 1 }))
    return compressionOf(start) !== 'none';
  return false;
}
