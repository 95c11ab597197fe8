import { variantResponseSchema } from '#lib/api/datasets/datasets.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { variantNameSchema } from '#lib/domain/datasets/release.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { openDataKeys } from './data-keys.ts';
import { lockOf, published } from './edit-dataset.ts';
import { findDatasetOf, findRelease, type VariantPlace } from './find-dataset.ts';
import { type ReceivedVariant, receiveVariant } from './receive-variant.ts';
import { storeFileRows } from './store-file-rows.ts';

export interface VariantUpload extends VariantPlace {
  chunks: AsyncIterable<Uint8Array>;
  /** The declared length. The archive is refused if it differs. */
  expectedBytes: number | undefined;
}

/** A release has up to thousands of files to make visible and rows to write. */
const STORE_LIMIT_MS = 120_000;

/**
 * Stores a variant of a release that isn’t published yet, all or nothing, in place of one with the same name.
 * `key` is the request’s idempotency key.
 */
export async function uploadVariant(
  site: Site,
  { chunks, expectedBytes, ...place }: VariantUpload,
  viewer: Viewer | null,
  key: string | null = null,
) {
  const challenge = await findChallenge(site, place.challenge, viewer);
  const editor = authorize('dataset.edit', viewer, { challenge });
  const found = await findDatasetOf(site, challenge, place.dataset, viewer);
  const name = parseInput(variantNameSchema, place.variant);
  const release = findRelease(found, place.version);
  if (release.publishedAt) throw published(place.version);
  const keys = await openDataKeys(site.environment.dataKeyFile);
  const stage = site.store.stage();
  try {
    const maxBytes = site.environment.testSetMaxBytes;
    const received = await receiveVariant(stage, chunks, { keys, maxBytes, expectedBytes });
    const payload = {
      releaseId: release.id,
      name,
      files: received.files.map(({ path, sha256 }) => [path, sha256]),
    };
    const result = variantResponseSchema.shape.variant;
    const creation = { userId: editor.userId, key, operation: 'dataset.upload', payload, result };
    return await createOnce(site, { ...creation, timeoutMs: STORE_LIMIT_MS }, async (tx) => {
      await lockUntilCommit(tx, lockOf(challenge.id, place.dataset));
      const { publishedAt } = await tx.release.findUniqueOrThrow({ where: { id: release.id } });
      if (publishedAt) throw published(place.version);
      // Blobs first: a blob without a row only wastes space.
      await stage.keep();
      await storeRows(tx, release.id, name, received);
      const { title, caseCount, hasTruth } = received.description;
      const stored = { title, caseCount, hasTruth, fileCount: received.files.length, bytes: received.bytes };
      const detail = { dataset: place.dataset, version: place.version, variant: name, ...stored };
      await recordAudit(tx, editor, 'dataset.upload', challenge.id, detail);
      return { name, ...stored };
    });
  } finally {
    await stage.discard();
  }
}

async function storeRows(
  tx: Transaction,
  releaseId: string,
  name: string,
  { description, files, bytes }: ReceivedVariant,
): Promise<void> {
  await tx.releaseVariant.deleteMany({ where: { releaseId, name } });
  const { statistics, ...about } = description;
  const data = { releaseId, name, ...about, fileCount: files.length, bytes: BigInt(bytes) };
  const { id: variantId } = await tx.releaseVariant.create({ data });
  if (statistics) await tx.variantStatistics.create({ data: { variantId, content: statistics } });
  await storeFileRows(tx, variantId, files);
}
