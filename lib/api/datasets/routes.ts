import { created, ok } from '../values.ts';
import {
  datasetRequestSchema,
  datasetResponseSchema,
  downloadFileQuerySchema,
  downloadQuerySchema,
  listDatasetsResponseSchema,
  listReleaseFilesQuerySchema,
  listReleaseFilesResponseSchema,
  releaseRequestSchema,
  variantResponseSchema,
} from './datasets.ts';
import { traceRequestSchema, traceResponseSchema } from './trace.ts';

const DATASETS = '/api/v1/challenges/{slug}/datasets';
const DATASET = `${DATASETS}/{dataset}` as const;
const RELEASE = `${DATASET}/releases/{version}` as const;
const VARIANT = `${RELEASE}/variants/{variant}` as const;

type FileType = 'text/plain' | 'application/ld+json' | 'application/x-bibtex' | 'application/yaml';
/** With ranges, and a strong ETag. */
const download = { status: 200, type: 'application/octet-stream' } as const;
const file = <Type extends FileType>(type: Type) => ({ status: 200, type }) as const;

/** The routes of released data, a part of ROUTES. */
export const DATASET_ROUTES = {
  listDatasets: {
    method: 'GET',
    path: DATASETS,
    action: 'dataset.read',
    response: ok(listDatasetsResponseSchema),
  },
  readDataset: { method: 'GET', path: DATASET, action: 'dataset.read', response: ok(datasetResponseSchema) },
  describeDataset: {
    method: 'PUT',
    path: DATASET,
    action: 'dataset.edit',
    body: datasetRequestSchema,
    response: ok(datasetResponseSchema),
  },
  describeRelease: {
    method: 'PUT',
    path: RELEASE,
    action: 'dataset.edit',
    body: releaseRequestSchema,
    response: ok(datasetResponseSchema),
  },
  publishRelease: {
    method: 'POST',
    path: `${RELEASE}/publication`,
    action: 'dataset.edit',
    response: ok(datasetResponseSchema),
  },
  uploadVariant: {
    method: 'POST',
    path: VARIANT,
    action: 'dataset.edit',
    body: 'application/octet-stream',
    takesIdempotencyKey: true,
    response: created(variantResponseSchema),
  },
  listReleaseFiles: {
    method: 'GET',
    path: `${VARIANT}/files`,
    action: 'dataset.read',
    query: listReleaseFilesQuerySchema,
    response: ok(listReleaseFilesResponseSchema),
  },
  downloadReleaseFile: {
    method: 'GET',
    path: `${VARIANT}/content`,
    action: 'dataset.downloadGranted',
    query: downloadFileQuerySchema,
    response: download,
  },
  downloadRelease: {
    method: 'GET',
    path: `${VARIANT}/archive.tar.gz`,
    action: 'dataset.download',
    query: downloadQuerySchema,
    response: download,
  },
  traceArchive: {
    method: 'POST',
    path: `${VARIANT}/trace`,
    action: 'dataset.trace',
    body: traceRequestSchema,
    response: ok(traceResponseSchema),
  },
  listChecksums: {
    method: 'GET',
    path: `${VARIANT}/SHA256SUMS`,
    action: 'dataset.read',
    response: file('text/plain'),
  },
  describeInCroissant: {
    method: 'GET',
    path: `${RELEASE}/croissant.json`,
    action: 'dataset.read',
    response: file('application/ld+json'),
  },
  citeReleaseBibtex: {
    method: 'GET',
    path: `${RELEASE}/citation.bib`,
    action: 'dataset.read',
    response: file('application/x-bibtex'),
  },
  citeReleaseCff: {
    method: 'GET',
    path: `${RELEASE}/CITATION.cff`,
    action: 'dataset.read',
    response: file('application/yaml'),
  },
} as const;
