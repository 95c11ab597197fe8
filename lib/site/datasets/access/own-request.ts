import type { DataAccess } from '#lib/api/datasets/requests.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { questionListSchema } from '#lib/domain/registrations/questions.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import type { DatasetRow } from '../dataset-view.ts';
import { type DatasetPlace, findDataset } from '../find-dataset.ts';
import { findGrant } from './find-access.ts';
import { ownRequestOf, withEvents } from './request-rows.ts';
import { readUsualWait } from './usual-wait.ts';

/** Where the viewer stands with a dataset: their latest request, their access, and what they have signed. */
export async function readDataAccess(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<DataAccess> {
  const { userId } = authorize('dataset.readRequest', viewer);
  const { dataset } = await findDataset(site, place, viewer);
  return describeAccess(site, dataset, userId);
}

/** The same, of a person. */
export async function describeAccess(site: Site, dataset: DatasetRow, userId: string): Promise<DataAccess> {
  const { db } = site;
  const now = site.now();
  const of = { datasetId: dataset.id, userId };
  const [request, grant, signatures, usualWait] = await Promise.all([
    db.dataRequest.findFirst({ where: of, orderBy: { id: 'desc' }, include: withEvents }),
    findGrant(db, { ...of, now }),
    db.dataSignature.findMany({ where: of }),
    readUsualWait(db, dataset.id),
  ]);
  const published = publishedReleases(dataset);
  return {
    dataset: dataset.name,
    access: dataset.access,
    request: request && ownRequestOf(request, now),
    grant: grant && {
      approvedAt: grant.approvedAt.toISOString(),
      expiresAt: grant.expiresAt?.toISOString() ?? null,
    },
    terms: published.map(({ version, termsSha256 }) => {
      const signature = signatures.find((candidate) => candidate.termsSha256 === termsSha256);
      return {
        ...{ version, termsSha256 },
        signature: signature ? { name: signature.name, at: signature.signedAt.toISOString() } : null,
      };
    }),
    usualWait,
    questions: questionsOf(dataset),
  };
}

/** Newest first, with the hash of their terms. */
export function publishedReleases({ releases }: DatasetRow) {
  return releases
    .flatMap((release) => {
      const { publishedAt, terms, termsSha256 } = release;
      return publishedAt && terms !== null && termsSha256 !== null
        ? [{ ...release, publishedAt, terms, termsSha256 }]
        : [];
    })
    .sort((one, other) => other.publishedAt.getTime() - one.publishedAt.getTime());
}

export function questionsOf({ id, questions }: Pick<DatasetRow, 'id' | 'questions'>) {
  return parseColumn(questionListSchema, questions, { table: 'Dataset', id, column: 'questions' });
}
