import type { DataAccess } from '#lib/api/datasets/requests.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { OPEN_STATES, RequestEvent } from '#lib/domain/datasets/data-request.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { type DatasetPlace, type FoundDataset, findDataset } from '../find-dataset.ts';
import { describeAccess } from './own-request.ts';

export interface Asking {
  found: FoundDataset;
  person: Viewer;
  /** Their request that isn’t decided. */
  open: { id: string; state: (typeof OPEN_STATES)[number] } | null;
}

/** One change of a person’s request after the other. Organizers who decide it wait as well: they lock its row. */
export async function change(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
  work: (tx: Transaction, asking: Asking) => Promise<void>,
): Promise<DataAccess> {
  const person = authorize('dataset.request', viewer);
  const { userId } = person;
  const found = await findDataset(site, place, viewer);
  const datasetId = found.dataset.id;
  await site.db.$transaction(async (tx) => {
    await lockUntilCommit(tx, `data request ${datasetId} ${userId}`);
    const [open = null] = await tx.$queryRaw<NonNullable<Asking['open']>[]>`
      SELECT id, state::text AS state FROM "DataRequest"
      WHERE "datasetId" = ${datasetId}::uuid AND "userId" = ${userId}::uuid
        AND state IN ('DRAFT', 'SUBMITTED', 'CLARIFICATION') FOR UPDATE`;
    await work(tx, { found, person, open });
  });
  return describeAccess(site, found.dataset, userId);
}

/** What the row of a request gets when it is approved. */
export function approval(now: Date, validityDays: number | null) {
  const expiresAt = validityDays === null ? null : new Date(now.getTime() + validityDays * DAY_MS);
  return { state: 'APPROVED' as const, decidedAt: now, dueAt: null, expiresAt };
}

interface NewEvent {
  requestId: string;
  step: RequestEvent;
  actorId: string | null;
  text?: string;
}

/** Adds a step to the history of a request. */
export async function addEvent({ now }: Pick<Site, 'now'>, tx: Transaction, event: NewEvent): Promise<void> {
  await tx.dataRequestEvent.create({ data: { ...event, createdAt: now() } });
}
