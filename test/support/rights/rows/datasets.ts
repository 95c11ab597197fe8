import type { Row } from '#test/support/rights/attempts.ts';
import type { Stage } from '#test/support/rights/stage.ts';
import { DATASET, releaseArchive } from '#test/support/site/release-archive.ts';
import { HEX64, unique } from '#test/support/site/scene.ts';
import { route } from './route.ts';

const DATASETS = '/api/v1/challenges/{slug}/datasets';
const RELEASE = `${DATASETS}/{dataset}/releases/{version}`;
const VARIANT = `${RELEASE}/variants/{variant}`;

interface ReleaseOptions {
  isDraft?: boolean;
  access?: 'OPEN' | 'REQUEST';
}

/** Makes a release with one variant, of one empty file, which needs no bytes in the store. Returns the address of its dataset. */
async function newRelease({ database, place }: Stage, options: ReleaseOptions = {}): Promise<string> {
  const { isDraft = false, access = 'OPEN' } = options;
  const { license, terms } = DATASET;
  const file = { path: 'README', bytes: 0n, sha256: HEX64, crc32: 0, blob: HEX64, dataKeyId: 'none' };
  const variant = { name: 'native', title: 'Native', caseCount: 1, hasTruth: true, fileCount: 1, bytes: 0n };
  const name = unique('scans');
  const { releases } = await database.owner.dataset.create({
    data: {
      ...{ ...DATASET, access, name, challengeId: place.challengeId },
      releases: {
        create: {
          version: '1.0',
          variants: { create: { ...variant, files: { create: { ...file, fileKey: new Uint8Array(44) } } } },
        },
      },
    },
    include: { releases: true },
  });
  const publication = { publishedAt: new Date(), license, terms, termsSha256: HEX64 };
  if (!isDraft) await database.owner.release.update({ where: { id: releases[0]!.id }, data: publication });
  return `/api/v1/challenges/${place.slug}/datasets/${name}`;
}

/** Routes of released data. */
export const DATASET_ROWS: readonly Row[] = [
  route(`GET ${DATASETS}`, 'dataset.read', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/datasets`,
  })),
  route(`GET ${DATASETS}/{dataset}`, 'dataset.read', async (stage) => ({ path: await newRelease(stage) })),
  route(`PUT ${DATASETS}/{dataset}`, 'dataset.edit', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/datasets/${unique('scans')}`,
    json: DATASET,
  })),
  route(`PUT ${RELEASE}`, 'dataset.edit', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.1`,
    json: { changelog: 'More.' },
  })),
  route(`POST ${RELEASE}/publication`, 'dataset.edit', async (stage) => ({
    path: `${await newRelease(stage, { isDraft: true })}/releases/1.0/publication`,
  })),
  route(`POST ${VARIANT}`, 'dataset.edit', async (stage) => ({
    path: `${await newRelease(stage, { isDraft: true })}/releases/1.0/variants/normalized`,
    body: await releaseArchive([['README', 'Read me.']]),
  })),
  route(`GET ${VARIANT}/files`, 'dataset.read', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/files`,
  })),
  route(`GET ${VARIANT}/content`, 'dataset.download', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/content?path=README`,
  })),
  route(`GET ${VARIANT}/content`, 'dataset.readDraft', async (stage) => ({
    path: `${await newRelease(stage, { access: 'REQUEST' })}/releases/1.0/variants/native/content?path=README`,
  })),
  route(`GET ${VARIANT}/archive.tar.gz`, 'dataset.download', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/archive.tar.gz`,
  })),
];
