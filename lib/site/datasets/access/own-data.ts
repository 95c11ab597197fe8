import type { OwnDataView } from '#lib/api/pages/data.ts';
import type { ReceiptsQuery } from '#lib/api/pages/organizer/data.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { stateAt } from '#lib/domain/datasets/data-request.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

import { readOwnReceipts } from './receipts.ts';

/** The viewer's requests of all datasets, the latest of each, and one page of what they downloaded. */
export async function ownDataView(
  { db, now }: Site,
  query: ReceiptsQuery,
  viewer: Viewer | null,
): Promise<OwnDataView> {
  const { userId } = authorize('dataset.readRequest', viewer);
  const challenge = { select: { slug: true, title: true } };
  const [requests, { rows, ...links }] = await Promise.all([
    db.dataRequest.findMany({
      where: { userId },
      distinct: ['datasetId'],
      orderBy: { id: 'desc' },
      include: { dataset: { select: { name: true, title: true, challenge } } },
    }),
    readOwnReceipts(db, userId, query),
  ]);
  return {
    requests: requests.map((row) => ({
      id: row.id,
      challenge: row.dataset.challenge,
      dataset: { name: row.dataset.name, title: row.dataset.title },
      state: stateAt(row, now()),
      submittedAt: row.submittedAt?.toISOString() ?? null,
      expiresAt: row.expiresAt?.toISOString() ?? null,
    })),
    receipts: rows,
    ...links,
  };
}
