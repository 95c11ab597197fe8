import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { MAX_TEAM_LAYERS } from './added-layers.ts';
import { type ImageConfig, imageConfigSchema } from './image-config.ts';
import type { SpooledFile } from './spool.ts';
import { findFile, type UnpackedArchive } from './unpack.ts';

/** One image of an archive: its config and its layers, lowest first. */
export interface ArchivedImage {
  config: ImageConfig;
  layers: SpooledFile[];
}

const MAX_JSON_BYTES = 4 * 1024 * 1024;
const MAX_INDEX_DEPTH = 4;
const MAX_INDEXES = 64;

const dockerManifestSchema = z.array(
  z.object({ Config: z.string().max(4096), Layers: z.array(z.string().max(4096)).max(MAX_TEAM_LAYERS) }),
);

const descriptorSchema = z.object({
  mediaType: z.string().optional(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
type Descriptor = z.infer<typeof descriptorSchema>;

const indexSchema = z.object({ manifests: z.array(descriptorSchema).max(256) });
const ociManifestSchema = z.object({
  config: descriptorSchema,
  layers: z.array(descriptorSchema).max(MAX_TEAM_LAYERS),
});

/**
 * Finds the only image: through `manifest.json` (docker save, and the hybrid format of Docker 25 and later),
 * otherwise through the OCI layout's `index.json`, following nested indexes and ignoring attestations.
 */
export async function readLayout(archive: UnpackedArchive): Promise<ArchivedImage> {
  if (findFile(archive, 'manifest.json')) return readDockerSave(archive);
  if (findFile(archive, 'index.json')) return readOciLayout(archive);
  throw invalid(
    'The archive contains no image: it has neither manifest.json (docker save) nor index.json (OCI). Export the image with `docker save` and submit it again.',
  );
}

async function readDockerSave(archive: UnpackedArchive): Promise<ArchivedImage> {
  const manifest = await readJson(archive, 'manifest.json', dockerManifestSchema);
  const [image] = manifest;
  if (!image || manifest.length > 1) {
    throw invalid(`The archive contains ${manifest.length} images. Save exactly one.`);
  }
  return {
    config: await readJson(archive, image.Config, imageConfigSchema),
    layers: image.Layers.map((path) => requireFile(archive, path)),
  };
}

async function readOciLayout(archive: UnpackedArchive): Promise<ArchivedImage> {
  const index = await readJson(archive, 'index.json', indexSchema);
  const found = await collectImages(archive, index.manifests, MAX_INDEX_DEPTH, new Set());
  const images = [...new Map(found.map((descriptor) => [descriptor.digest, descriptor])).values()];
  const suitable = images.filter(({ platform }) => !platform || isSupportedPlatform(platform));
  const [image] = suitable;
  if (!image) {
    const platforms = images.map(({ platform }) => `${platform?.os}/${platform?.architecture}`).join(', ');
    throw invalid(
      images.length === 0
        ? 'The archive’s index lists no image.'
        : `The image is built for ${platforms.slice(0, 200)}; it must be linux/amd64.`,
    );
  }
  if (suitable.length > 1) throw invalid(`The archive contains ${suitable.length} images. Save exactly one.`);
  const manifest = await readBlobJson(archive, image.digest, ociManifestSchema);
  return {
    config: await readBlobJson(archive, manifest.config.digest, imageConfigSchema),
    layers: manifest.layers.map(({ digest }) => requireFile(archive, blobPath(digest))),
  };
}

async function collectImages(
  archive: UnpackedArchive,
  descriptors: readonly Descriptor[],
  depth: number,
  read: Set<string>,
): Promise<Descriptor[]> {
  if (depth === 0) throw invalid('The archive’s indexes are nested too deeply.');
  const found: Descriptor[] = [];
  for (const descriptor of descriptors) {
    if (isAttestation(descriptor)) continue;
    if (/index|manifest\.list/.test(descriptor.mediaType ?? '')) {
      // Each index is read once: indexes that list another one many times could cause millions of reads.
      if (read.has(descriptor.digest)) continue;
      read.add(descriptor.digest);
      if (read.size > MAX_INDEXES) throw invalid(`The archive contains more than ${MAX_INDEXES} indexes.`);
      const inner = await readBlobJson(archive, descriptor.digest, indexSchema);
      found.push(...(await collectImages(archive, inner.manifests, depth - 1, read)));
    } else {
      found.push(descriptor);
    }
    if (found.length > 256) throw invalid('The archive’s index lists more than 256 images.');
  }
  return found;
}

/** BuildKit stores provenance next to the image, as a separate manifest. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' || platform?.os === 'unknown';
}

function isSupportedPlatform({ os, architecture }: { os: string; architecture: string }): boolean {
  return os === 'linux' && architecture === 'amd64';
}

function blobPath(digest: string): string {
  return `blobs/sha256/${digest.slice('sha256:'.length)}`;
}

function requireFile(archive: UnpackedArchive, path: string): SpooledFile {
  const file = findFile(archive, path);
  if (!file)
    throw invalid(
      `The archive’s manifest lists ${JSON.stringify(path.slice(0, 200))}, which is missing from the archive.`,
    );
  return file;
}

async function readJson<T>(archive: UnpackedArchive, path: string, schema: z.ZodType<T>): Promise<T> {
  return parse(await readSmall(archive, path), path, schema);
}

/** A blob's name is its hash, so damage is reported here instead of causing a confusing error later. */
async function readBlobJson<T>(archive: UnpackedArchive, digest: string, schema: z.ZodType<T>): Promise<T> {
  const path = blobPath(digest);
  const bytes = await readSmall(archive, path);
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest) {
    throw invalid(`${path} in the archive is damaged: its content does not match the checksum in its name.`);
  }
  return parse(bytes, path, schema);
}

async function readSmall(archive: UnpackedArchive, path: string): Promise<Buffer> {
  const file = requireFile(archive, path);
  if (file.size > MAX_JSON_BYTES) throw invalid(`${path.slice(0, 200)} in the archive is larger than 4 MiB.`);
  return readFile(file.path);
}

function parse<T>(bytes: Buffer, path: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalid(`${path.slice(0, 200)} in the archive is not valid JSON.`);
  }
  const result = parseOrDescribe(schema, value);
  if (result.success) return result.data;
  const [first] = formatProblems(result.problems);
  throw invalid(`${path.slice(0, 200)} in the archive is invalid: ${first}`);
}

function invalid(message: string): SubmissionError {
  return new SubmissionError('IMAGE_INVALID', message);
}
