import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  type ImportedTestSet,
  MAX_PART_BYTES,
  type TestSetUploadState,
} from '#lib/api/test-sets/test-sets.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { tooLarge } from '#lib/platform/storage/store.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { importTestSet, requireNoSubmission } from './import-test-set.ts';

/** A sealed test set that arrives in parts: each is stored as it arrives, and an upload continues behind the last one. */

export interface UploadPlace {
  challenge: string;
  phase: string;
}

export interface UploadedPart extends UploadPlace {
  /** Of the whole file. */
  sha256: string;
  bytes: number;
  at: number;
  chunks: AsyncIterable<Uint8Array>;
  expectedBytes: number | undefined;
}

/** An upload without a part for so long is removed. */
const KEPT_DAYS = 7;

interface Begun {
  phase: PhaseWithTestSet;
  userId: string;
}

/**
 * What has arrived of the viewer's upload of this file for the phase: all, if the phase has the set; null if there is no
 * upload of it.
 */
export async function readUpload(
  site: Site,
  { sha256, ...place }: UploadPlace & { sha256: string },
  viewer: Viewer | null,
): Promise<TestSetUploadState> {
  const at = await begun(site, place, viewer);
  const state = await findState(site, at);
  if (state?.sha256 === sha256) return state;
  const set = await findSet(site, at, sha256);
  return set && { sha256, bytes: set.bytes, received: set.bytes };
}

/**
 * Stores the part at `at`, if it is the next one. A part that was stored already is accepted without being stored again,
 * because its answer may have been lost. A part at 0 of another file replaces the upload.
 */
export async function receivePart(
  site: Site,
  { sha256, bytes, at, chunks, expectedBytes, ...place }: UploadedPart,
  viewer: Viewer | null,
): Promise<TestSetUploadState> {
  const { phase, userId } = await begun(site, place, viewer);
  const maxBytes = site.environment.testSetMaxBytes;
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  const limit = Math.min(MAX_PART_BYTES, bytes - at);
  if (limit <= 0 || (expectedBytes ?? 0) > limit) throw outOfPlace(at, bytes);
  const earlier = await findUpload(site, { phase, userId });
  const isSame = earlier !== null && earlier.sha256 === sha256 && Number(earlier.bytes) === bytes;
  if (isSame && at < Number(earlier.received)) return stateOf(earlier);
  if (at !== (isSame ? Number(earlier.received) : 0)) {
    throw new DomainError(
      'CONFLICT',
      'The part doesn’t follow what has arrived. Continue the upload where it ended.',
    );
  }
  const upload = isSame ? earlier : await beginUpload(site, { phase, userId }, { sha256, bytes });
  const { db, store, now } = site;
  const part = await store.put(chunks, { maxBytes: limit, expectedBytes });
  if (part.bytes === 0) throw new DomainError('INVALID', 'The part is empty. Nothing was stored.');
  const received = BigInt(at + part.bytes);
  await db.$transaction(async (tx) => {
    // Of two requests with the same part, one stores it.
    const { count } = await tx.testSetUpload.updateMany({
      where: { id: upload.id, received: BigInt(at) },
      data: { received, updatedAt: now() },
    });
    if (count === 1) {
      await tx.testSetUploadPart.create({ data: { uploadId: upload.id, at: BigInt(at), blob: part.sha256 } });
    }
  });
  return await findState(site, { phase, userId });
}

/**
 * Makes the set that has arrived the test set of the phase, as importTestSet does with one that is sent whole, and
 * removes the parts. If the phase has this very set, answers with it.
 */
export async function importUpload(
  site: Site,
  { sha256, ...place }: UploadPlace & { sha256: string },
  viewer: Viewer | null,
): Promise<ImportedTestSet> {
  const { phase, userId } = await begun(site, place, viewer);
  const upload = await findUpload(site, { phase, userId });
  if (upload === null || upload.sha256 !== sha256) {
    const set = await findSet(site, { phase, userId }, sha256);
    if (set) return set;
    throw new DomainError('NOT_FOUND', 'No upload of this test set has arrived. Begin the upload again.');
  }
  if (upload.received !== upload.bytes) {
    throw new DomainError(
      'UPLOAD_INCOMPLETE',
      `Only ${upload.received} of ${upload.bytes} bytes have arrived. Continue the upload.`,
    );
  }
  const { db, store } = site;
  const parts = await db.testSetUploadPart.findMany({
    where: { uploadId: upload.id },
    orderBy: { at: 'asc' },
  });
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (const { blob } of parts) yield* store.open(blob) as AsyncIterable<Uint8Array>;
  };
  const set = { ...place, chunks: chunks(), expectedBytes: Number(upload.bytes), expectedSha256: sha256 };
  // Of two requests at the same time, one imports.
  const imported = await importTestSet(site, set, viewer, upload.id);
  await removeUploads(site, [upload.id]);
  return imported;
}

async function begun(site: Site, place: UploadPlace, viewer: Viewer | null): Promise<Begun> {
  const challenge = await findChallenge(site, place.challenge, viewer);
  const { userId } = authorize('testset.import', viewer, { challenge });
  return { phase: findPhase(challenge, place.phase), userId };
}

type Upload = NonNullable<Awaited<ReturnType<typeof findUpload>>>;

function findUpload({ db }: Site, { phase, userId }: Begun) {
  return db.testSetUpload.findUnique({ where: { phaseId_userId: { phaseId: phase.id, userId } } });
}

/** The test set of the phase, if it is this file. */
async function findSet({ db }: Site, { phase }: Begun, sha256: string): Promise<ImportedTestSet | null> {
  const set = await db.testSet.findFirst({ where: { sha256, phases: { some: { id: phase.id } } } });
  return set && { id: set.id, caseCount: set.caseCount, bytes: Number(set.bytes), sha256 };
}

async function findState(site: Site, place: Begun): Promise<TestSetUploadState> {
  const upload = await findUpload(site, place);
  return upload && stateOf(upload);
}

function stateOf({ sha256, bytes, received }: Upload): NonNullable<TestSetUploadState> {
  return { sha256, bytes: Number(bytes), received: Number(received) };
}

/** Replaces the organizer's earlier upload for the phase, and removes what was abandoned anywhere. */
async function beginUpload(
  site: Site,
  { phase, userId }: Begun,
  { sha256, bytes }: { sha256: string; bytes: number },
): Promise<{ id: string }> {
  const { db, now } = site;
  await requireNoSubmission(db, phase.id);
  await consumeAttempt(site, RATE_LIMITS.testSetByAccount, userId);
  const before = new Date(now().getTime() - KEPT_DAYS * DAY_MS);
  const old = await db.testSetUpload.findMany({
    where: { OR: [{ phaseId: phase.id, userId }, { updatedAt: { lt: before } }] },
    select: { id: true },
  });
  await removeUploads(
    site,
    old.map(({ id }) => id),
  );
  return await db.testSetUpload.create({
    data: { phaseId: phase.id, userId, sha256, bytes, updatedAt: now() },
    select: { id: true },
  });
}

/** Rows first: a blob without a row only wastes space. */
async function removeUploads({ db, store }: Site, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const where = { uploadId: { in: [...ids] } };
  const blobs = await db.testSetUploadPart.findMany({ where, select: { blob: true } });
  await db.testSetUpload.deleteMany({ where: { id: { in: [...ids] } } });
  const names = [...new Set(blobs.map(({ blob }) => blob))];
  // Another organizer may be sending the same file.
  const used = await db.testSetUploadPart.findMany({
    where: { blob: { in: names } },
    select: { blob: true },
  });
  const kept = new Set(used.map(({ blob }) => blob));
  for (const name of names) if (!kept.has(name)) await store.remove(name);
}

function outOfPlace(at: number, bytes: number): DomainError {
  return new DomainError(
    'INVALID',
    `A part that begins at ${at} of ${bytes} bytes must have 1 to ${Math.max(0, Math.min(MAX_PART_BYTES, bytes - at))} bytes.`,
  );
}
