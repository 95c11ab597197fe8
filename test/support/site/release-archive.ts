import type { Database } from '#lib/platform/database.ts';
import { HEX64, unique } from './scene.ts';
import { tarOf } from './streams.ts';

/** A variant of a release as it is uploaded. */
export async function releaseArchive(
  files: readonly (readonly [string, Uint8Array | string])[],
  description: Record<string, unknown> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const variant = { title: 'On their own grid', caseCount: 2, hasTruth: true, ...description };
  return Uint8Array.from(await tarOf([['variant.json', JSON.stringify(variant)], ...files]));
}

export const DATASET = {
  title: 'Training scans',
  summary: 'Scans with lesions.',
  license: 'CC-BY-4.0',
  contact: 'data@example.org',
  access: 'OPEN',
  terms: 'Cite us.',
};

/** Rows of a draft of a release that has one variant, of one file; an empty file needs no bytes in the store. */
export async function newReleaseFile(
  db: Database,
  challengeId: string,
  { blob = HEX64, bytes = 0n, access = 'OPEN' as 'OPEN' | 'REQUEST' } = {},
): Promise<{ dataset: string; releaseId: string }> {
  const file = { path: 'README', sha256: HEX64, crc32: 0, dataKeyId: 'none', fileKey: new Uint8Array(44) };
  const variant = { name: 'native', title: 'Native', caseCount: 1, hasTruth: true, fileCount: 1, bytes };
  const variants = { create: { ...variant, files: { create: { ...file, blob, bytes } } } };
  const { name, releases } = await db.dataset.create({
    data: {
      ...{ ...DATASET, access, name: unique('scans'), challengeId },
      releases: { create: { version: '1.0', variants } },
    },
    include: { releases: true },
  });
  return { dataset: name, releaseId: releases[0]!.id };
}

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
