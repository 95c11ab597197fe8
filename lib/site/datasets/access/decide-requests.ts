import type { z } from 'zod';
import { decideDataRequestsSchema } from '#lib/api/datasets/requests.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { stateAt, stepFrom } from '#lib/domain/datasets/data-request.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { replyListSchema } from '#lib/domain/registrations/questions.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import { addEvent, approval } from './change-request.ts';
import { tellPerson } from './tell-people.ts';

type Input = z.output<typeof decideDataRequestsSchema>;

const include = { user: { select: { name: true } }, dataset: true } satisfies Prisma.DataRequestInclude;
type Row = Prisma.DataRequestGetPayload<{ include: typeof include }>;

const EVENTS = {
  approve: 'APPROVE',
  decline: 'DECLINE',
  ask: 'ASK',
  revoke: 'REVOKE',
  note: 'NOTE',
} as const;
const WAIT = { maxWait: 10_000, timeout: 60_000 };

/**
 * Decides about requests, for organizers: all of them or none. Returns the IDs of those that were changed; deciding the
 * same again changes nothing. To revoke ends every approval that the person has for the dataset, at once. A note is only
 * for organizers.
 */
export async function decideDataRequests(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<string[]> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('dataRequest.decide', viewer, { challenge });
  const request = parseInput(decideDataRequestsSchema, input);
  return site.db.$transaction(async (tx) => {
    const changed: string[] = [];
    for (const row of await lockRequests(tx, challenge, request)) {
      if (await decide(site, tx, { challenge, organizer, row, request })) changed.push(row.id);
    }
    return changed;
  }, WAIT);
}

/** In the order of their IDs, so that two organizers never wait for each other. Throws NOT_FOUND. */
async function lockRequests(
  tx: Transaction,
  { id: challengeId }: Challenge,
  { requests, decision }: Input,
): Promise<Row[]> {
  const ids = [...new Set(requests)];
  const where = { id: { in: ids }, submittedAt: { not: null }, dataset: { challengeId } };
  const chosen = await tx.dataRequest.findMany({ where, select: { datasetId: true, userId: true } });
  if (chosen.length < ids.length)
    throw new DomainError('NOT_FOUND', 'One of these requests doesn’t exist. Nothing was changed.');
  const approvals = chosen.map((of) => ({ ...of, state: 'APPROVED' as const }));
  const all = decision === 'revoke' ? { OR: [where, ...approvals] } : where;
  const found = await tx.dataRequest.findMany({ where: all, select: { id: true } });
  const locked = found.map(({ id }) => id);
  await tx.$queryRaw`
    SELECT 1 FROM "DataRequest" WHERE id = ANY(${locked}::uuid[]) ORDER BY id FOR UPDATE`;
  return tx.dataRequest.findMany({ where: { id: { in: locked } }, include, orderBy: { id: 'asc' } });
}

interface Decision {
  challenge: Challenge;
  organizer: Viewer;
  row: Row;
  request: Input;
}

/** Whether it changed something. */
async function decide(
  site: Site,
  tx: Transaction,
  { challenge, organizer, row, request }: Decision,
): Promise<boolean> {
  const { id, dataset, userId, user } = row;
  const { decision } = request;
  const text = textOf(row, request);
  const now = site.now();
  if (decision !== 'note') {
    const state = stateAt(row, now);
    const target = stepFrom(state, decision);
    const isSame = (
      { approve: ['APPROVED'], decline: ['DECLINED'], revoke: ['REVOKED', 'EXPIRED'], ask: [] } as const
    )[decision].some((ended) => ended === state);
    if (isSame) return false;
    if (target === null) throw impossible(user.name);
    await tx.dataRequest.update({ where: { id }, data: changeOf(row, decision, organizer.userId, now) });
  }
  await addEvent(site, tx, { requestId: id, step: EVENTS[decision], actorId: organizer.userId, text });
  const detail = { dataset: dataset.name, request: id };
  await recordAudit(tx, organizer, `dataRequest.${decision}`, challenge.id, detail);
  if (decision !== 'note')
    await tellPerson(site, tx, { challenge, dataset }, { userId, step: decision, text });
  return true;
}

function changeOf({ dataset }: Row, decision: Exclude<Input['decision'], 'note'>, by: string, now: Date) {
  switch (decision) {
    case 'approve':
      return { ...approval(now, dataset.validityDays), decidedById: by };
    case 'decline':
      return { state: 'DECLINED' as const, decidedAt: now, dueAt: null, decidedById: by };
    case 'ask':
      return { state: 'CLARIFICATION' as const };
    case 'revoke':
      return { state: 'REVOKED' as const, revokedAt: now };
  }
}

/** The reply that was chosen of the dataset’s, and what the organizer adds. Throws INVALID. */
function textOf({ dataset }: Row, { reply, reason }: Input): string {
  const { id, replies } = dataset;
  const known = parseColumn(replyListSchema, replies, { table: 'Dataset', id, column: 'replies' });
  const chosen = known.find(({ name }) => name === reply);
  if (reply !== '' && !chosen) {
    const message = `“${dataset.title}” has no such reply. Nothing was changed.`;
    throw new DomainError('INVALID', message, { reply: message });
  }
  return [chosen?.text ?? '', reason].filter((part) => part !== '').join('\n\n');
}

function impossible(name: string): DomainError {
  return new DomainError(
    'CONFLICT',
    `The request of ${name} is in a state in which this isn’t possible. Reload the page to see it. Nothing was changed.`,
  );
}
