import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { deleteAccount } from '#lib/site/accounts/profile/delete-account.ts';
import { changeAccessSettings } from '#lib/site/datasets/access/access-settings.ts';
import {
  answerDataRequest,
  draftDataRequest,
  submitDataRequest,
  withdrawDataRequest,
} from '#lib/site/datasets/access/ask-for-data.ts';
import { decideDataRequests } from '#lib/site/datasets/access/decide-requests.ts';
import { dataRequestsView, listDataRequests } from '#lib/site/datasets/access/list-requests.ts';
import { readDataAccess } from '#lib/site/datasets/access/own-request.ts';
import { downloadsView, readOwnReceipts } from '#lib/site/datasets/access/receipts.ts';
import { signTerms } from '#lib/site/datasets/access/sign-terms.ts';
import { offerArchive, offerFile } from '#lib/site/datasets/download.ts';
import { publishRelease } from '#lib/site/datasets/edit-dataset.ts';
import { deliverNotices } from '#lib/site/notifications/deliver-notices.ts';
import { newPublishedRelease } from '#test/support/site/release-archive.ts';
import { HEX64, newScene, type Scene } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** A request for data from the draft to the end of the access, and what organizers see of it. */

const DAY_MS = 86_400_000;
/** What is given on request is sent encrypted. */
const AGE = { form: 'age' } as const;
const SETTINGS = {
  access: 'REQUEST',
  autoApprove: [],
  validityDays: 365,
  dueDays: 7,
  questions: [{ kind: 'text', id: 'ethics', label: 'Which ethics approval?', isRequired: true }],
  replies: [{ name: 'Ethics', text: 'Send your ethics approval.' }],
} as const;
const FORM = {
  institution: 'University of Example',
  useStatement: 'A network for small lesions.',
  coInvestigators: [{ name: 'Bob', institution: '' }],
  answers: { ethics: 'EK 12/2026' },
  name: 'Ada Lovelace',
  termsSha256: HEX64,
};

let here: TestSite;
let scene: Scene;
let editor: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  editor = await newOrganizer('EDITOR');
});
afterAll(async () => {
  await here.close();
});

async function newOrganizer(role: 'EDITOR' | 'REVIEWER'): Promise<Viewer> {
  const { userId } = await here.newViewer();
  await here.database.owner.organizer.create({ data: { challengeId: scene.challengeId, userId, role } });
  return here.refresh({ userId } as Viewer);
}

async function newDataset(settings: Partial<Record<keyof typeof SETTINGS, unknown>> = {}) {
  const { dataset, datasetId } = await newPublishedRelease(here.database.owner, scene.challengeId);
  const place = { challenge: scene.challengeSlug, dataset };
  await changeAccessSettings(here.site, place, { ...SETTINGS, ...settings }, editor);
  return { place, datasetId, variant: { ...place, version: '1.0', variant: 'native' } };
}

/** Publishes a release with one variant. Returns the hash of its terms. */
async function publish(
  place: { challenge: string; dataset: string },
  datasetId: string,
  { version, terms }: { version: string; terms: string },
): Promise<string> {
  const { owner } = here.database;
  const variants = { name: 'native', title: 'N', caseCount: 1, hasTruth: true, fileCount: 0, bytes: 0n };
  await owner.dataset.update({ where: { id: datasetId }, data: { terms } });
  await owner.release.create({ data: { datasetId, version, variants: { create: variants } } });
  const { releases } = await publishRelease(here.site, { ...place, version }, editor);
  return releases.find((release) => release.version === version)!.termsSha256!;
}

const decide = (requests: string[], decision: string, texts = {}, viewer = editor) =>
  decideDataRequests(here.site, scene.challengeSlug, { requests, decision, ...texts }, viewer);
const titlesOf = async ({ userId }: Viewer) =>
  (await here.database.owner.notification.findMany({ where: { userId }, orderBy: { id: 'asc' } })).map(
    ({ title }) => title,
  );

test('a request goes from the draft over a question to the approval, and ends by a revocation', async () => {
  const { place, variant } = await newDataset();
  const ada = await here.newViewer();
  const draft = await draftDataRequest(here.site, place, { useStatement: 'A network' }, ada);
  expect(draft).toMatchObject({ request: { state: 'DRAFT', institution: '' }, usualWait: null, grant: null });
  const id = draft.request!.id;
  const list = () =>
    listDataRequests(here.site, place.challenge, { limit: 10, dataset: place.dataset }, editor);
  expect((await list()).requests).toEqual([]);

  const { answers: _none, ...unanswered } = FORM;
  await expect(submitDataRequest(here.site, place, unanswered, ada)).rejects.toMatchObject({
    fields: { 'answers.ethics': 'Answer this question.' },
  });
  const other = { ...FORM, termsSha256: 'cd'.repeat(32) };
  await expect(submitDataRequest(here.site, place, other, ada)).rejects.toMatchObject({ code: 'INVALID' });
  expect((await readDataAccess(here.site, place, ada)).terms[0]!.signature).toBeNull();
  const sent = await submitDataRequest(here.site, place, FORM, ada);
  expect(sent.request).toMatchObject({ id, state: 'SUBMITTED', institution: FORM.institution });
  expect(sent.terms).toMatchObject([{ version: '1.0', signature: { name: 'Ada Lovelace' } }]);
  expect((await submitDataRequest(here.site, place, FORM, ada)).request!.events).toHaveLength(1);

  const reviewer = await newOrganizer('REVIEWER');
  await expect(decide([id], 'approve', {}, reviewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await decide([id], 'note', { reason: 'I know this group.' });
  expect(await decide([id], 'ask', { reply: 'Ethics', reason: 'As a PDF.' })).toEqual([id]);
  const asked = await readDataAccess(here.site, place, ada);
  expect(asked.request!.state).toBe('CLARIFICATION');
  expect(asked.request!.events.map(({ step, text }) => [step, text])).toEqual([
    ['SUBMIT', ''],
    ['ASK', 'Send your ethics approval.\n\nAs a PDF.'],
  ]);
  await answerDataRequest(here.site, place, { text: 'Here it is.' }, ada);
  await expect(answerDataRequest(here.site, place, { text: 'Again.' }, ada)).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await expect(offerArchive(here.site, variant, AGE, ada)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await decide([id], 'approve')).toEqual([id]);
  expect(await decide([id], 'approve')).toEqual([]);
  await expect(decide([id], 'decline', { reason: 'No.' })).rejects.toMatchObject({ code: 'CONFLICT' });
  const active = await readDataAccess(here.site, place, ada);
  const { approvedAt, expiresAt } = active.grant!;
  expect(Date.parse(expiresAt!) - Date.parse(approvedAt)).toBe(365 * DAY_MS);
  expect(active.usualWait).toMatchObject({ decisions: 1 });
  await (await offerArchive(here.site, variant, AGE, ada)).begin(true);
  expect((await list()).requests).toMatchObject([
    {
      id,
      state: 'APPROVED',
      signature: { name: 'Ada Lovelace', termsSha256: HEX64 },
      decidedBy: editor.name,
      events: [{}, { step: 'NOTE', by: editor.name }, {}, { step: 'ANSWER' }, { step: 'APPROVE' }],
    },
  ]);

  expect(await decide([id], 'revoke', { reason: 'The data was shared.' })).toEqual([id]);
  await expect(offerArchive(here.site, variant, AGE, ada)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await titlesOf(ada)).toEqual([
    'Your request for “Training scans” was sent',
    'A question about your request for “Training scans”',
    'Your request for “Training scans” was approved',
    'Your access to “Training scans” was revoked',
  ]);
  expect(await titlesOf(editor)).toEqual([
    `${ada.name} asks for “Training scans”`,
    `${ada.name} answered about their request for “Training scans”`,
  ]);
  const actions = await here.database.owner.auditEvent.findMany({
    where: { challengeId: scene.challengeId, detail: { path: ['request'], equals: id } },
    orderBy: { id: 'asc' },
  });
  expect(actions.map(({ action }) => action.replace('dataRequest.', ''))).toEqual([
    'submit',
    'note',
    'ask',
    'answer',
    'approve',
    'revoke',
  ]);
});

test('only a verified address of the list is approved at once, and isn’t counted as a decision', async () => {
  const { place } = await newDataset({ autoApprove: ['*@example.org'], validityDays: null });
  const ada = await here.newViewer();
  expect((await submitDataRequest(here.site, place, FORM, ada)).request!.state).toBe('SUBMITTED');
  const bob = await here.newViewer();
  const emailVerifiedAt = new Date();
  await here.database.owner.user.update({ where: { id: bob.userId }, data: { emailVerifiedAt } });
  const approved = await submitDataRequest(here.site, place, FORM, bob);
  expect(approved).toMatchObject({
    request: { state: 'APPROVED' },
    grant: { expiresAt: null },
    usualWait: null,
  });
  await expect(draftDataRequest(here.site, place, {}, bob)).rejects.toThrow('You have access already');
});

test('a release under new terms asks for a signature again, and older ones stay available', async () => {
  const { place, datasetId, variant } = await newDataset({ autoApprove: ['*@example.org'] });
  const ada = await here.newViewer();
  await here.database.owner.user.update({ where: { id: ada.userId }, data: { emailVerifiedAt: new Date() } });
  await submitDataRequest(here.site, place, FORM, ada);
  const bob = await here.newViewer();
  await submitDataRequest(here.site, place, FORM, bob);
  const termsSha256 = await publish(place, datasetId, { version: '2.0', terms: 'New terms.' });
  const newer = { ...variant, version: '2.0' };
  await expect(offerArchive(here.site, newer, AGE, ada)).rejects.toMatchObject({
    code: 'TERMS_NOT_ACCEPTED',
  });
  await offerArchive(here.site, variant, AGE, ada);
  await expect(
    signTerms(here.site, place, { name: 'Ada', termsSha256: 'ef'.repeat(32) }, ada),
  ).rejects.toMatchObject({ code: 'INVALID' });
  await signTerms(here.site, place, { name: 'Ada L.', termsSha256 }, ada);
  await offerArchive(here.site, newer, AGE, ada);
  expect(await publish(place, datasetId, { version: '2.1', terms: 'New terms.' })).toBe(termsSha256);
  // Who has access is told of both, who asks for it of neither.
  expect((await titlesOf(ada)).slice(-2)).toEqual([
    '“Training scans” 2.0 is released under new terms',
    '“Training scans” 2.1 is released',
  ]);
  expect(await titlesOf(bob)).toHaveLength(1);
  // Nor does the end of the challenge take it away.
  const ended = { closesAt: new Date(Date.now() - DAY_MS), opensAt: new Date(Date.now() - 2 * DAY_MS) };
  await here.database.owner.phase.updateMany({ where: { challengeId: scene.challengeId }, data: ended });
  await offerArchive(here.site, newer, AGE, ada);
});

test('organizers decide many requests at once, all of them or none, and see what is overdue', async () => {
  const { place } = await newDataset();
  const people = await Promise.all([0, 1, 2].map(() => here.newViewer()));
  const ids: string[] = [];
  for (const person of people)
    ids.push((await submitDataRequest(here.site, place, FORM, person)).request!.id);
  await withdrawDataRequest(here.site, place, people[2]!);
  await expect(decide(ids, 'approve')).rejects.toMatchObject({ code: 'CONFLICT' });
  const query = { limit: 2, dataset: place.dataset };
  here.setNow(new Date(Date.now() + 8 * DAY_MS));
  const view = await dataRequestsView(here.site, place.challenge, query, editor);
  expect(view.datasets.find(({ name }) => name === place.dataset)!.counts).toMatchObject({
    SUBMITTED: 2,
    OVERDUE: 2,
    APPROVED: 0,
  });
  here.setNow(null);
  expect(view.replies).toContain('Ethics');
  expect(view.requests.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const rest = await dataRequestsView(here.site, place.challenge, { ...query, after: view.next! }, editor);
  expect(rest).toMatchObject({ requests: [{ id: ids[0] }], previous: '', next: null });
  await expect(decide(ids.slice(0, 2), 'decline', { reply: 'None' })).rejects.toMatchObject({
    code: 'INVALID',
  });
  expect(await decide(ids.slice(0, 2), 'decline', { reply: 'Ethics' })).toEqual(ids.slice(0, 2));
  // A declined person asks again with a new request, and the old one stays.
  const again = await submitDataRequest(here.site, place, FORM, people[0]!);
  expect(again.request!.id).not.toBe(ids[0]);
  await expect(
    decideDataRequests(here.site, scene.challengeSlug, { requests: [HEX64], decision: 'approve' }, editor),
  ).rejects.toMatchObject({ code: 'INVALID' });
  const elsewhere = await newScene(here.database.owner);
  const stranger = await here.newViewer({ isAdmin: true });
  await expect(
    decideDataRequests(here.site, elsewhere.challengeSlug, { requests: ids, decision: 'approve' }, stranger),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a person hears before their access ends and when it has ended, once each', async () => {
  const { place } = await newDataset({ validityDays: 40 });
  const ada = await here.newViewer();
  const { request } = await submitDataRequest(here.site, place, FORM, ada);
  await decide([request!.id], 'approve');
  const start = Date.now();
  const titles = async (days: number) => {
    here.setNow(new Date(start + days * DAY_MS));
    await deliverNotices(here.site);
    await deliverNotices(here.site);
    here.setNow(null);
    return (await titlesOf(ada)).filter((title) => title.startsWith('Your access')).length;
  };
  expect(await titles(5)).toBe(0);
  expect(await titles(15)).toBe(1);
  expect(await titles(41)).toBe(2);
});

test('receipts say who took what version when; a deleted account leaves counts and nothing personal', async () => {
  const { place, variant } = await newDataset();
  const ada = await here.newViewer();
  const passwordHash = await hashPassword('a long password');
  await here.database.owner.user.update({ where: { id: ada.userId }, data: { passwordHash } });
  const { request } = await submitDataRequest(here.site, place, FORM, ada);
  await decide([request!.id], 'approve');
  await (await offerArchive(here.site, variant, AGE, ada)).begin(true);
  for (const _ of [1, 2])
    await (await offerFile(here.site, variant, { ...AGE, path: 'README' }, ada)).begin(true);
  const { rows } = await readOwnReceipts(here.site.db, ada.userId, { limit: 10 });
  expect(rows).toMatchObject([
    { dataset: { name: place.dataset }, version: '1.0', variant: 'native', archives: 1, files: 2 },
  ]);
  const downloads = () => downloadsView(here.site, place.challenge, { limit: 100 }, editor);
  const ofThis = ({ dataset }: { dataset: unknown }) =>
    dataset === place.dataset || (dataset as { name?: string }).name === place.dataset;
  expect((await downloads()).counts.filter(ofThis)).toMatchObject([{ people: 1, archives: 1, files: 2 }]);
  expect((await downloads()).receipts.filter(ofThis)).toMatchObject([{ person: { name: ada.name } }]);

  await deleteAccount(here.site, { password: 'a long password' }, ada);
  const stored = await here.database.owner.dataRequest.findUniqueOrThrow({
    where: { id: request!.id },
    include: { events: true, dataset: { include: { signatures: true } } },
  });
  expect(stored).toMatchObject({ state: 'APPROVED', institution: '', useStatement: '', answers: [] });
  expect(stored.dataset.signatures).toMatchObject([{ name: 'Former member', termsSha256: HEX64 }]);
  const [left] = (await downloads()).receipts.filter(ofThis);
  expect(left).toMatchObject({ person: { name: 'Former member', email: null }, archives: 1 });
  const query = { limit: 10, dataset: place.dataset };
  const { requests } = await listDataRequests(here.site, place.challenge, query, editor);
  expect(requests).toMatchObject([{ state: 'EXPIRED', person: { name: 'Former member' } }]);
});
