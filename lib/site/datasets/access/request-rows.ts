import type { DataRequestEntry, OwnDataRequest } from '#lib/api/datasets/requests.ts';
import { coInvestigatorListSchema, stateAt } from '#lib/domain/datasets/data-request.ts';
import { answerListSchema } from '#lib/domain/registrations/questions.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import type { Prisma } from '#prisma-client';

/** A request with its history. */
export const withEvents = {
  events: { orderBy: { id: 'asc' }, include: { actor: { select: { name: true } } } },
} satisfies Prisma.DataRequestInclude;

export type RequestRow = Prisma.DataRequestGetPayload<{ include: typeof withEvents }>;

type Content = Omit<OwnDataRequest, 'events'>;

export function contentOf(row: Omit<RequestRow, 'events'>, now: Date): Content {
  const { id, institution, useStatement } = row;
  const at = { table: 'DataRequest', id };
  const time = (date: Date | null) => date?.toISOString() ?? null;
  return {
    ...{ id, institution, useStatement },
    state: stateAt(row, now),
    coInvestigators: parseColumn(coInvestigatorListSchema, row.coInvestigators, {
      ...at,
      column: 'coInvestigators',
    }),
    answers: parseColumn(answerListSchema, row.answers, { ...at, column: 'answers' }),
    createdAt: row.createdAt.toISOString(),
    submittedAt: time(row.submittedAt),
    dueAt: time(row.dueAt),
    decidedAt: time(row.decidedAt),
    expiresAt: time(row.expiresAt),
    revokedAt: time(row.revokedAt),
  };
}

/** For the person who asks. */
export function ownRequestOf(row: RequestRow, now: Date): OwnDataRequest {
  const events = row.events.filter(({ step }) => step !== 'NOTE');
  return {
    ...contentOf(row, now),
    events: events.map(({ step, text, createdAt }) => ({ step, text, at: createdAt.toISOString() })),
  };
}

/** For the organizers. */
export function eventsOf({ events }: RequestRow): DataRequestEntry['events'] {
  return events.map(({ step, text, createdAt, actor }) => ({
    ...{ step, text },
    at: createdAt.toISOString(),
    by: actor?.name ?? null,
  }));
}
