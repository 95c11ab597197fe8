import type { z } from 'zod';
import {
  answerDataRequestSchema,
  type DataAccess,
  draftDataRequestSchema,
  submitDataRequestSchema,
} from '#lib/api/datasets/requests.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { type RequestStep, stepFrom } from '#lib/domain/datasets/data-request.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { isListed } from '#lib/domain/registrations/addresses.ts';
import { readAnswers } from '#lib/domain/registrations/questions.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { DatasetPlace, FoundDataset } from '../find-dataset.ts';
import { type Asking, addEvent, approval, change } from './change-request.ts';
import { findGrant } from './find-access.ts';
import { publishedReleases, questionsOf } from './own-request.ts';
import { recordSignature } from './sign-terms.ts';
import { tellOrganizers, tellPerson } from './tell-people.ts';

type Draft = z.output<typeof draftDataRequestSchema>;

/** Saves what the viewer has written so far, as a draft that only they see. */
export async function draftDataRequest(
  site: Site,
  place: DatasetPlace,
  input: unknown,
  viewer: Viewer | null,
): Promise<DataAccess> {
  const draft = parseInput(draftDataRequestSchema, input);
  return change(site, place, viewer, async (tx, asking) => {
    await requireMayAsk(site, tx, asking);
    await saveDraft(tx, asking, draft);
  });
}

/**
 * Sends the viewer’s request to the organizers, with their signature of the latest release’s terms, or approves it at
 * once if their verified address is on the dataset’s list. While a request waits, sending another changes nothing.
 */
export async function submitDataRequest(
  site: Site,
  place: DatasetPlace,
  input: unknown,
  viewer: Viewer | null,
): Promise<DataAccess> {
  const { name, termsSha256, ...draft } = parseInput(submitDataRequestSchema, input);
  const person = authorize('dataset.request', viewer);
  await consumeAttempt(site, RATE_LIMITS.dataRequestByAccount, person.userId);
  return change(site, place, viewer, async (tx, asking) => {
    if (asking.open !== null && asking.open.state !== 'DRAFT') return;
    await requireMayAsk(site, tx, asking);
    const { dataset } = asking.found;
    requireAnswers(dataset, draft);
    const [latest] = publishedReleases(dataset);
    if (latest!.termsSha256 !== termsSha256) {
      const message = 'The terms have changed in the meantime. Read them again, and sign them.';
      throw new DomainError('INVALID', message, { termsSha256: message });
    }
    await recordSignature(site, tx, asking, { name, release: latest! });
    const id = await saveDraft(tx, asking, draft);
    await submit(site, tx, asking, id);
  });
}

async function submit(site: Site, tx: Transaction, asking: Asking, id: string): Promise<void> {
  const { found, person } = asking;
  const { dataset, challenge } = found;
  const now = site.now();
  const submitted = { state: 'SUBMITTED' as const, submittedAt: now, dueAt: dueFrom(now, dataset.dueDays) };
  await tx.dataRequest.update({ where: { id }, data: submitted });
  await addEvent(site, tx, { requestId: id, step: 'SUBMIT', actorId: person.userId });
  await recordAudit(tx, person, 'dataRequest.submit', challenge.id, { dataset: dataset.name, request: id });
  if (await isApprovedByAddress(tx, found, person.userId)) {
    await tx.dataRequest.update({ where: { id }, data: approval(now, dataset.validityDays) });
    await addEvent(site, tx, { requestId: id, step: 'APPROVE', actorId: null });
    await tellPerson(site, tx, found, { userId: person.userId, step: 'approve', text: '' });
    return;
  }
  await tellPerson(site, tx, found, { userId: person.userId, step: 'submit', text: '' });
  await tellOrganizers(site, tx, found, { name: person.name, step: 'submit' });
}

/** Only an address that its owner has proved to read. */
async function isApprovedByAddress(
  tx: Transaction,
  { dataset }: FoundDataset,
  userId: string,
): Promise<boolean> {
  const { email, emailVerifiedAt } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true, emailVerifiedAt: true },
  });
  return emailVerifiedAt !== null && isListed(dataset.autoApprove, email);
}

function dueFrom(now: Date, dueDays: number): Date {
  return new Date(now.getTime() + dueDays * DAY_MS);
}

/** Answers what the organizers asked; the request waits for them again. */
export async function answerDataRequest(
  site: Site,
  place: DatasetPlace,
  input: unknown,
  viewer: Viewer | null,
): Promise<DataAccess> {
  const { text } = parseInput(answerDataRequestSchema, input);
  return change(site, place, viewer, async (tx, asking) => {
    const { id } = requireStep(asking, 'answer');
    const { found, person } = asking;
    const { dataset, challenge } = found;
    const data = { state: 'SUBMITTED' as const, dueAt: dueFrom(site.now(), dataset.dueDays) };
    await tx.dataRequest.update({ where: { id }, data });
    await addEvent(site, tx, { requestId: id, step: 'ANSWER', actorId: person.userId, text });
    await recordAudit(tx, person, 'dataRequest.answer', challenge.id, { dataset: dataset.name, request: id });
    await tellOrganizers(site, tx, found, { name: person.name, step: 'answer' });
  });
}

/** Takes back a request that isn’t decided, or drops a draft. */
export async function withdrawDataRequest(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<DataAccess> {
  return change(site, place, viewer, async (tx, asking) => {
    const { id, state } = requireStep(asking, 'withdraw');
    const { found, person } = asking;
    const { dataset, challenge } = found;
    await tx.dataRequest.update({ where: { id }, data: { state: 'WITHDRAWN', dueAt: null } });
    if (state === 'DRAFT') return;
    await addEvent(site, tx, { requestId: id, step: 'WITHDRAW', actorId: person.userId });
    await recordAudit(tx, person, 'dataRequest.withdraw', challenge.id, {
      dataset: dataset.name,
      request: id,
    });
    await tellOrganizers(site, tx, found, { name: person.name, step: 'withdraw' });
  });
}

async function requireMayAsk(
  { now }: Site,
  tx: Transaction,
  { found, person: { userId }, open }: Asking,
): Promise<void> {
  const { dataset } = found;
  if (publishedReleases(dataset).length === 0)
    throw new DomainError('CONFLICT', 'This dataset has no published release yet. Nothing was saved.');
  if (dataset.access === 'OPEN')
    throw new DomainError('CONFLICT', 'This data is open to everybody. Download it without a request.');
  if (open !== null && open.state !== 'DRAFT')
    throw new DomainError(
      'CONFLICT',
      'Your request is with the organizers. Withdraw it to write another one.',
    );
  const grant = await findGrant(tx, { datasetId: dataset.id, userId, now: now() });
  if (grant && grant.expiresAt === null)
    throw new DomainError('CONFLICT', 'You have access already. Download the data.');
}

async function saveDraft(tx: Transaction, { found, person, open }: Asking, draft: Draft): Promise<string> {
  const { institution, useStatement, coInvestigators } = draft;
  const { answers } = readAnswers(questionsOf(found.dataset), draft.answers);
  const data = { institution, useStatement, coInvestigators, answers };
  const of = { datasetId: found.dataset.id, userId: person.userId };
  const saved = open
    ? await tx.dataRequest.update({ where: { id: open.id }, data })
    : await tx.dataRequest.create({ data: { ...of, ...data } });
  return saved.id;
}

function requireAnswers(dataset: FoundDataset['dataset'], { answers }: Draft): void {
  const { problems } = readAnswers(questionsOf(dataset), answers);
  const fields = Object.entries(problems).map(([id, problem]) => [`answers.${id}`, problem] as const);
  if (fields.length === 0) return;
  const message = 'Some questions of the organizers aren’t answered.';
  throw new DomainError('INVALID', message, Object.fromEntries(fields));
}

function requireStep({ open }: Asking, step: RequestStep): NonNullable<Asking['open']> {
  if (open && stepFrom(open.state, step)) return open;
  throw new DomainError(
    'CONFLICT',
    step === 'answer'
      ? 'The organizers have asked you nothing, or have decided in the meantime. Nothing was sent.'
      : 'You have no request that waits. Nothing was changed.',
  );
}
