import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import type { Stage } from '#test/support/rights/stage.ts';
import {
  approvedRequest,
  DATASET,
  newPublishedRelease,
  newReleaseFile,
  releaseArchive,
} from '#test/support/site/release-archive.ts';
import { HEX64, unique } from '#test/support/site/scene.ts';
import { route } from './route.ts';

const DATASETS = '/api/v1/challenges/{slug}/datasets';
const RELEASE = `${DATASETS}/{dataset}/releases/{version}`;
const VARIANT = `${RELEASE}/variants/{variant}`;

interface ReleaseOptions {
  isDraft?: boolean;
  access?: 'OPEN' | 'REQUEST';
}

/** Returns the address of a dataset with a release. */
async function newRelease({ database, place }: Stage, options: ReleaseOptions = {}): Promise<string> {
  const { isDraft = false, access = 'OPEN' } = options;
  const create = isDraft ? newReleaseFile : newPublishedRelease;
  const { dataset } = await create(database.owner, place.challengeId, { access });
  return `/api/v1/challenges/${place.slug}/datasets/${dataset}`;
}

/** The page of a dataset, from the address of its routes. */
function pageOf(routes: string): string {
  return routes.replace('/api/v1', '').replace('/datasets/', '/data/');
}

/** Routes and pages of released data. */
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
  ...(['croissant.json', 'citation.bib', 'CITATION.cff'] as const).map((name) =>
    route(`GET ${RELEASE}/${name}`, 'dataset.read', async (stage) => ({
      path: `${await newRelease(stage)}/releases/1.0/${name}`,
    })),
  ),
  route(`GET ${VARIANT}/SHA256SUMS`, 'dataset.read', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/SHA256SUMS`,
  })),
  ...['', '/decrypt', '/1.0'].map(
    (rest): Row => ({
      entry: `/challenges/[slug]/data/[dataset]${rest.replace('1.0', '[version]')}`,
      action: 'dataset.read',
      attempt: async (stage, actor) => opensPage(stage, actor, `${pageOf(await newRelease(stage))}${rest}`),
    }),
  ),
  route(`GET ${VARIANT}/content`, 'dataset.download', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/content?path=README`,
  })),
  route(`GET ${VARIANT}/content`, 'dataset.readDraft', async (stage) => ({
    path: `${await newRelease(stage, { access: 'REQUEST' })}/releases/1.0/variants/native/content?path=README`,
  })),
  route(`GET ${VARIANT}/content`, 'dataset.downloadGranted', async ({ database, place }, { account }) => {
    const { dataset, datasetId } = await newPublishedRelease(database.owner, place.challengeId);
    if (account) {
      const of = { datasetId, userId: account.userId };
      await approvedRequest(database.owner, of);
      const signature = { ...of, termsSha256: HEX64, name: 'Ada', version: '1.0' };
      await database.owner.dataSignature.create({ data: signature });
    }
    const path = `/api/v1/challenges/${place.slug}/datasets/${dataset}/releases/1.0/variants/native`;
    return { path: `${path}/content?as=age&path=README` };
  }),
  route(`GET ${VARIANT}/archive.tar.gz`, 'dataset.download', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/archive.tar.gz`,
  })),
  route(`POST ${VARIANT}/trace`, 'dataset.trace', async (stage) => ({
    path: `${await newRelease(stage)}/releases/1.0/variants/native/trace`,
    json: { paths: ['README'], blockBytes: null },
  })),
];
