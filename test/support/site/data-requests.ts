import type { Database } from '#lib/platform/database.ts';
import { DATASET, newReleaseFile } from './release-archive.ts';
import { HEX64 } from './scene.ts';

/** A dataset with one published release, given on request unless told otherwise. */
export async function newPublishedRelease(
  db: Database,
  challengeId: string,
  { access = 'REQUEST' as 'OPEN' | 'REQUEST', terms = DATASET.terms, termsSha256 = HEX64 } = {},
): Promise<{ dataset: string; datasetId: string; releaseId: string }> {
  const { dataset, releaseId } = await newReleaseFile(db, challengeId, { access });
  const data = { publishedAt: new Date(), license: DATASET.license, terms, termsSha256 };
  const { datasetId } = await db.release.update({ where: { id: releaseId }, data });
  return { dataset, datasetId, releaseId };
}

/** The row of an approval. Returns its ID. */
export async function approvedRequest(
  db: Database,
  { expiresAt = null, ...of }: { datasetId: string; userId: string; expiresAt?: Date | null },
): Promise<string> {
  const at = new Date();
  const data = { ...of, state: 'APPROVED' as const, submittedAt: at, decidedAt: at, expiresAt };
  return (await db.dataRequest.create({ data })).id;
}
