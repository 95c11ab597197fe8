import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';
import { type ImageConfig, imageConfigSchema } from './image-config.ts';
import { ADDED_LAYERS, ENGINE_LAYERS, MAX_TEAM_LAYERS } from './layers/added-layers.ts';
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
const MAX_IMAGES = 256;

/** What to do about an archive that is not as a tool writes it. */
export const SAVE_AGAIN = `Save the image again with \`${SAVE_COMMAND}\`.`;

// Each schema words what is wrong with its file: the rest of a sentence that starts with the file.
const NAMES_NO_CONFIG = 'does not name the file with the image’s config';
const LISTS_NO_LAYERS = 'does not list the image’s layers';
const HAS_NO_DIGEST = 'refers to a part of the image without its SHA-256 checksum';
const NAMES_NO_PLATFORM = 'names a platform without its operating system or processor';
const LISTS_NO_IMAGES = 'does not list images';

const layerPathSchema = z
  .string(LISTS_NO_LAYERS)
  .max(4096, 'lists a layer with a path of more than 4096 characters');
const dockerManifestSchema = z.array(
  z.object(
    {
      Config: z.string(NAMES_NO_CONFIG).max(4096, 'names a config with a path of more than 4096 characters'),
      Layers: z.array(layerPathSchema, LISTS_NO_LAYERS),
    },
    LISTS_NO_IMAGES,
  ),
  LISTS_NO_IMAGES,
);

const descriptorSchema = z.object(
  {
    mediaType: z.string('names a type of content that is not text').optional(),
    digest: z.string(HAS_NO_DIGEST).regex(/^sha256:[0-9a-f]{64}$/, HAS_NO_DIGEST),
    platform: z
      .object(
        { os: z.string(NAMES_NO_PLATFORM), architecture: z.string(NAMES_NO_PLATFORM) },
        NAMES_NO_PLATFORM,
      )
      .nullish(),
    annotations: z
      .record(z.string(), z.unknown(), 'has annotations that are not a list of names and values')
      .nullish(),
  },
  HAS_NO_DIGEST,
);
type Descriptor = z.infer<typeof descriptorSchema>;

const indexSchema = z.object(
  {
    manifests: z
      .array(descriptorSchema, LISTS_NO_IMAGES)
      .max(MAX_IMAGES, `lists more than ${MAX_IMAGES} images`),
  },
  LISTS_NO_IMAGES,
);
const ociManifestSchema = z.object(
  { config: descriptorSchema, layers: z.array(descriptorSchema, LISTS_NO_LAYERS) },
  LISTS_NO_LAYERS,
);

/**
 * Finds the only image: through `manifest.json` (docker save, and the hybrid format of Docker 25 and later),
 * otherwise through the OCI layout's `index.json`, following nested indexes and ignoring attestations.
 */
export async function readLayout(archive: UnpackedArchive): Promise<ArchivedImage> {
  if (findFile(archive, 'manifest.json')) return readDockerSave(archive);
  if (findFile(archive, 'index.json')) return readOciLayout(archive);
  throw invalid(
    `The archive contains no image: it has neither manifest.json (docker save) nor index.json (OCI). Export the image with \`${SAVE_COMMAND}\` and submit it again.`,
  );
}

async function readDockerSave(archive: UnpackedArchive): Promise<ArchivedImage> {
  const manifest = await readJson(archive, 'manifest.json', dockerManifestSchema, 'The archive’s manifest');
  const [image] = manifest;
  if (!image || manifest.length > 1) throw notOneImage(manifest.length);
  requireLayerCount(image.Layers.length);
  return {
    config: await readJson(archive, image.Config, imageConfigSchema, CONFIG),
    layers: image.Layers.map((path) => requireFile(archive, path)),
  };
}

async function readOciLayout(archive: UnpackedArchive): Promise<ArchivedImage> {
  const index = await readJson(archive, 'index.json', indexSchema, INDEX);
  const found = await collectImages(archive, index.manifests, MAX_INDEX_DEPTH, new Set());
  const images = [...new Map(found.map((descriptor) => [descriptor.digest, descriptor])).values()];
  const suitable = images.filter(({ platform }) => !platform || isSupportedPlatform(platform));
  const [image] = suitable;
  if (!image) {
    const platforms = images.map(({ platform }) => `${platform?.os}/${platform?.architecture}`).join(', ');
    throw invalid(
      images.length === 0
        ? `The archive’s index lists no image. ${SAVE_AGAIN}`
        : `The image is built for ${platforms.slice(0, 200)}; it must be linux/amd64.`,
    );
  }
  if (suitable.length > 1) throw notOneImage(suitable.length);
  const manifest = await readBlobJson(archive, image.digest, ociManifestSchema, 'The image’s manifest');
  requireLayerCount(manifest.layers.length);
  return {
    config: await readBlobJson(archive, manifest.config.digest, imageConfigSchema, CONFIG),
    layers: manifest.layers.map(({ digest }) => requireFile(archive, blobPath(digest))),
  };
}

function notOneImage(count: number): SubmissionError {
  return invalid(
    `The archive contains ${count} images. Save exactly one, by its tag: \`${SAVE_COMMAND}\` (without a tag, Docker saves all tags of the repository).`,
  );
}

function requireLayerCount(count: number): void {
  if (count <= MAX_TEAM_LAYERS) return;
  throw invalid(
    `The image has ${count} layers; at most ${MAX_TEAM_LAYERS} are possible, because the engine stacks ${ENGINE_LAYERS} and Heldout adds ${ADDED_LAYERS}. Squash it: join RUN and COPY instructions, or end the Dockerfile with a stage \`FROM scratch\` that copies everything (\`COPY --from=build / /\`) and repeats ENV, WORKDIR, USER and ENTRYPOINT.`,
  );
}

async function collectImages(
  archive: UnpackedArchive,
  descriptors: readonly Descriptor[],
  depth: number,
  read: Set<string>,
): Promise<Descriptor[]> {
  if (depth === 0)
    throw invalid(`The archive’s indexes are nested more than ${MAX_INDEX_DEPTH} deep. ${SAVE_AGAIN}`);
  const found: Descriptor[] = [];
  for (const descriptor of descriptors) {
    if (isAttestation(descriptor)) continue;
    if (/index|manifest\.list/.test(descriptor.mediaType ?? '')) {
      // Each index is read once: indexes that list another one many times could cause millions of reads.
      if (read.has(descriptor.digest)) continue;
      read.add(descriptor.digest);
      if (read.size > MAX_INDEXES)
        throw invalid(`The archive contains more than ${MAX_INDEXES} indexes. ${SAVE_AGAIN}`);
      const inner = await readBlobJson(archive, descriptor.digest, indexSchema, INDEX);
      found.push(...(await collectImages(archive, inner.manifests, depth - 1, read)));
    } else {
      found.push(descriptor);
    }
    if (found.length > MAX_IMAGES)
      throw invalid(`The archive’s index lists more than ${MAX_IMAGES} images. ${SAVE_AGAIN}`);
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
      `The archive’s manifest lists ${JSON.stringify(path.slice(0, 200))}, which is missing from the archive. ${SAVE_AGAIN}`,
    );
  return file;
}

const CONFIG = 'The image’s config';
const INDEX = 'The archive’s index';

/** `subject` starts error messages. */
async function readJson<T>(
  archive: UnpackedArchive,
  path: string,
  schema: z.ZodType<T>,
  subject: string,
): Promise<T> {
  return parse(await readSmall(archive, path, subject), schema, nameOf(subject, path));
}

/** A blob's name is its hash, so damage is reported here instead of causing a confusing error later. */
async function readBlobJson<T>(
  archive: UnpackedArchive,
  digest: string,
  schema: z.ZodType<T>,
  subject: string,
): Promise<T> {
  const path = blobPath(digest);
  const bytes = await readSmall(archive, path, subject);
  const name = nameOf(subject, path);
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== digest)
    throw invalid(`${name} is damaged: its content does not match the checksum in its name. ${SAVE_AGAIN}`);
  return parse(bytes, schema, name);
}

async function readSmall(archive: UnpackedArchive, path: string, subject: string): Promise<Buffer> {
  const file = requireFile(archive, path);
  if (file.size > MAX_JSON_BYTES)
    throw invalid(`${nameOf(subject, path)} is larger than 4 MiB. ${SAVE_AGAIN}`);
  return readFile(file.path);
}

function nameOf(subject: string, path: string): string {
  return `${subject} (${path.slice(0, 200)})`;
}

function parse<T>(bytes: Buffer, schema: z.ZodType<T>, name: string): T {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalid(`${name} is not valid JSON. ${SAVE_AGAIN}`);
  }
  // Every schema words its own errors; the last resort keeps zod's words from a team all the same.
  const result = schema.safeParse(value, { error: () => 'does not have the structure of an image' });
  if (result.success) return result.data;
  throw invalid(`${name} ${result.error.issues[0]?.message}. ${SAVE_AGAIN}`);
}

function invalid(message: string): SubmissionError {
  return new SubmissionError('IMAGE_INVALID', message);
}
