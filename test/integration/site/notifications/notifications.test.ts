import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { finishFailed } from '#lib/evaluations/finish-evaluation.ts';
import { findSession } from '#lib/site/accounts/sessions.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import { unsubscribe } from '#lib/site/mail/unsubscribe.ts';
import { chooseNotifications } from '#lib/site/notifications/choices.ts';
import { deliverNotices, forgetNotifications } from '#lib/site/notifications/deliver-notices.ts';
import { markRead, notificationsView } from '#lib/site/notifications/list-notifications.ts';
import { startNoticeWorker } from '#lib/site/notifications/notice-worker.ts';
import { decideRegistrations } from '#lib/site/registrations/decide-registrations.ts';
import { createSubmission } from '#lib/site/submissions/create-submission.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { signInBrowser, signUpAccount } from '#test/support/site/accounts.ts';
import { newScene, type Scene, type SceneOptions } from '#test/support/site/scene.ts';
import { recordCases, recordScores } from '#test/support/site/scores/record-scores.ts';
import { joinTeam, newSubmissionOf, newTeam, type TestTeam } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** What people are told on the site and by mail, once each, as they have chosen. */

const HOUR_MS = 3_600_000;
const ALL_ON_SITE = ['announcement', 'submission', 'quota', 'dates', 'registration'];

let here: TestSite;
let server: MailServer;
let stopMail: () => Promise<void>;
beforeAll(async () => {
  server = await startMailServer();
  const from = { name: 'Heldout', address: 'heldout@example.org' };
  here = await openTestSite({ mail: { server: server.server, from } });
  stopMail = startMailWorker(here.site.environment, (error) => {
    throw error;
  });
});
beforeEach(() => here.setNow(null));
afterAll(async () => {
  await stopMail();
  await here.close();
  await server.close();
});

interface Entry {
  scene: Scene;
  team: TestTeam;
  member: Viewer;
}

/** A challenge and a registered team with an owner and a member. */
async function newEntry(options: SceneOptions = {}): Promise<Entry> {
  // Far away, so that only a test that sets another date meets one.
  const far = { closesAt: new Date(Date.now() + 1000 * HOUR_MS), ...options };
  const scene = await newScene(here.database.owner, far);
  const team = await newTeam(here);
  const member = await joinTeam(here, team);
  await here.database.owner.registration.create({
    data: { challengeId: scene.challengeId, teamId: team.id },
  });
  return { scene, team: { ...team, owner: await here.refresh(team.owner) }, member };
}

const view = (viewer: Viewer, query = { limit: 25 }) => notificationsView(here.site, query, viewer);
const titlesOf = async (viewer: Viewer) => (await view(viewer)).notifications.map(({ title }) => title);
const mailsTo = ({ email }: Viewer) =>
  here.database.owner.mail.findMany({ where: { to: email! }, orderBy: { id: 'asc' } });

test('the workers of two processes deliver by themselves, once', async () => {
  const { scene, team } = await newEntry();
  const { evaluationId } = await newSubmissionOf(here, scene, team);
  const { lease } = await recordCases(here.database, evaluationId, []);
  await finishFailed(here.database.runner, lease, { code: 'SHAPE', message: '' });
  const stops = [1, 2].map(() =>
    startNoticeWorker(here.site.environment, (error) => {
      throw error;
    }),
  );
  await vi.waitFor(async () => expect(await titlesOf(team.owner)).toHaveLength(1), { timeout: 30_000 });
  await Promise.all(stops.map((stop) => stop()));
  expect(await mailsTo(team.owner)).toHaveLength(1);
}, 60_000);

test('every member hears that a submission was scored, with a link and without a score', async () => {
  const { scene, team, member } = await newEntry();
  const { id, evaluationId } = await newSubmissionOf(here, scene, team);
  const metrics = { dice: 0.8765, volume_difference: 4321 };
  await recordScores(here.database, evaluationId, [
    { status: 'SCORED', metrics },
    { status: 'SCORED', metrics },
  ]);
  await deliverNotices(here.site);
  const title = '“threshold 1” in “Hidden test” was scored';
  for (const person of [team.owner, member]) {
    const { notifications, unread } = await view(person);
    expect(notifications).toMatchObject([{ title, path: `/submissions/${id}`, isRead: false }]);
    expect(notifications[0]!.createdAt).toMatch(/:00\.000Z$/);
    expect(unread).toBe(1);
    const mail = await server.next(person.email!);
    expect(mail.parsed.subject).toBe(title);
    expect(linkIn(mail, `/submissions/${id}`)).toBeTruthy();
    expect(mail.raw).toContain('List-Unsubscribe:');
    expect(`${mail.parsed.text}${JSON.stringify(notifications)}`).not.toMatch(/8765|4321/);
  }
});

test('a failed submission is told without its code, and one that goes back to the queue isn’t told', async () => {
  const { scene, team } = await newEntry();
  const { evaluationId } = await newSubmissionOf(here, scene, team);
  const { lease } = await recordCases(here.database, evaluationId, []);
  await here.database.owner.evaluation.update({ where: { id: evaluationId }, data: { state: 'QUEUED' } });
  await here.database.owner.evaluation.update({ where: { id: evaluationId }, data: { state: 'RUNNING' } });
  await deliverNotices(here.site);
  expect(await titlesOf(team.owner)).toEqual([]);
  await finishFailed(here.database.runner, lease, { code: 'SHAPE', message: 'secret' });
  await deliverNotices(here.site);
  expect(await titlesOf(team.owner)).toEqual(['“threshold 1” in “Hidden test” failed']);
});

test('what several processes deliver at the same time is told once', async () => {
  const { scene, team, member } = await newEntry();
  const { evaluationId } = await newSubmissionOf(here, scene, team);
  const { lease } = await recordCases(here.database, evaluationId, []);
  await finishFailed(here.database.runner, lease, { code: 'SHAPE', message: '' });
  await Promise.all([1, 2, 3, 4].map(() => deliverNotices(here.site)));
  for (const person of [team.owner, member]) {
    expect(await titlesOf(person)).toHaveLength(1);
    expect(await mailsTo(person)).toHaveLength(1);
  }
});

test('a date is told once when it is near, again when it moves, and to a team its own', async () => {
  const now = Date.now();
  const closesAt = new Date(now + 30 * HOUR_MS);
  const { scene, team, member } = await newEntry({ closesAt });
  const granted = await newTeam(here);
  const { challengeId, phaseId } = scene;
  await here.database.owner.registration.create({ data: { challengeId, teamId: granted.id } });
  const exception = { phaseId, teamId: granted.id, reason: 'x', grantedBy: 'Olga' };
  await here.database.owner.phaseException.create({
    data: { ...exception, closesAt: new Date(now + 40 * HOUR_MS) },
  });
  const declined = await newTeam(here);
  await here.database.owner.registration.create({
    data: { challengeId, teamId: declined.id, state: 'DECLINED' },
  });
  await Promise.all([deliverNotices(here.site), deliverNotices(here.site)]);
  const dateOf = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ');
  const general = [`“Hidden test” of Stroke lesions closes ${dateOf(closesAt)} UTC`];
  expect(await titlesOf(team.owner)).toEqual(general);
  expect(await titlesOf(member)).toEqual(general);
  expect(await titlesOf(granted.owner)).toEqual([
    `“Hidden test” of Stroke lesions closes for your team ${dateOf(new Date(now + 40 * HOUR_MS))} UTC`,
  ]);
  expect(await titlesOf(declined.owner)).toEqual([]);

  const moved = new Date(now + 35 * HOUR_MS);
  await here.database.owner.phase.update({ where: { id: phaseId }, data: { closesAt: moved } });
  await deliverNotices(here.site);
  await deliverNotices(here.site);
  expect(await titlesOf(member)).toEqual([
    `“Hidden test” of Stroke lesions closes ${dateOf(moved)} UTC`,
    ...general,
  ]);
  expect(await titlesOf(granted.owner)).toHaveLength(1);
});

test('a team that has used up its day hears when it can submit again, if it still can', async () => {
  const { scene, team } = await newEntry({ perDay: 1 });
  const other = await newEntry({ perDay: 2 });
  const submit = async ({ scene: { challengeSlug, image }, team: { id, slug, owner } }: Entry) => {
    const place = { team: slug, challenge: challengeSlug, phase: 'test', modelId: null };
    return createSubmission(here.site, { ...place, imageId: await image(id), algorithm: 'a' }, owner);
  };
  await submit({ scene, team, member: team.owner });
  await submit(other);
  await deliverNotices(here.site);
  expect(await titlesOf(team.owner)).toEqual([]);
  const tomorrow = new Date(Date.now() + 24 * HOUR_MS);
  here.setNow(tomorrow);
  await deliverNotices(here.site);
  await deliverNotices(here.site);
  expect(await titlesOf(team.owner)).toEqual([`${team.name} can submit to “Hidden test” again`]);
  expect(await titlesOf(other.team.owner)).toEqual([]);
});

test('the members of a team read the decision about its registration', async () => {
  const { scene, team, member } = await newEntry();
  const admin = await here.newViewer({ isAdmin: true });
  const decision = { teams: [team.slug], decision: 'decline', reason: 'Which department?' };
  await decideRegistrations(here.site, scene.challengeSlug, decision, admin);
  for (const person of [team.owner, member]) {
    expect(await titlesOf(person)).toEqual([
      `The registration of ${team.name} for Stroke lesions was declined`,
    ]);
    expect((await server.next(person.email!)).parsed.text).toContain('Which department?');
  }
});

test('choices hold for each kind and channel, and a mail’s link changes the same choice', async () => {
  const { scene, team, member } = await newEntry();
  const choose = (viewer: Viewer, onSite: string[], byMail: string[]) =>
    chooseNotifications(here.site, { onSite, byMail }, viewer);
  await choose(team.owner, ['dates'], ['submission']);
  await choose(member, ALL_ON_SITE, ['team', 'invitation']);
  const { evaluationId } = await newSubmissionOf(here, scene, team);
  const { lease } = await recordCases(here.database, evaluationId, []);
  await finishFailed(here.database.runner, lease, { code: 'SHAPE', message: '' });
  await deliverNotices(here.site);
  expect(await titlesOf(team.owner)).toEqual([]);
  expect(await titlesOf(member)).toHaveLength(1);
  expect(await mailsTo(team.owner)).toMatchObject([{ kind: 'submission' }]);
  expect(await mailsTo(member)).toEqual([]);

  const chosen = async () => (await view(team.owner)).choices.find(({ kind }) => kind === 'submission');
  expect(await chosen()).toMatchObject({ onSite: false, byMail: true });
  const mail = await server.next(team.owner.email!);
  await unsubscribe(here.site, linkIn(mail, '/unsubscribe').searchParams.get('token')!);
  expect(await chosen()).toMatchObject({ onSite: false, byMail: false });
  await expect(choose(member, ['team'], ['account'])).rejects.toMatchObject({ code: 'INVALID' });
});

test('the list is paged, and only its owner can mark it as read', async () => {
  const { email, id } = await signUpAccount(here.site, 'correct horse battery');
  const token = await signInBrowser(here.site, email, 'correct horse battery');
  const reader = await here.refresh({ userId: id } as Viewer);
  const rows = Array.from({ length: 7 }, (_, index) => ({
    ...{ userId: id, kind: 'dates', title: `Number ${index}`, path: '/' },
  }));
  await here.database.owner.notification.createMany({ data: rows });
  const unread = async () => (await findSession(here.site, token))!.unread;
  expect(await unread()).toBe(7);
  const first = await view(reader, { limit: 5 });
  expect(first.notifications).toHaveLength(5);
  const rest = await notificationsView(here.site, { limit: 5, after: first.next! }, reader);
  expect(rest).toMatchObject({ next: null, previous: '' });
  const titles = [...first.notifications, ...rest.notifications].map(({ title }) => title);
  expect(new Set(titles).size).toBe(7);

  const [entry] = first.notifications;
  await markRead(here.site, { id: entry!.id }, await here.newViewer());
  expect(await unread()).toBe(7);
  await markRead(here.site, { id: entry!.id }, reader);
  expect(await unread()).toBe(6);
  await markRead(here.site, { id: 'all' }, reader);
  expect(await unread()).toBe(0);
  await expect(notificationsView(here.site, { limit: 5 }, null)).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
});

test('a notice that can’t be delivered is put off, and the others are delivered', async () => {
  const { scene, team } = await newEntry();
  const broken = { key: 'broken', kind: 'dates', content: { kind: 'nothing' }, dueAt: new Date(0) };
  await here.database.owner.notice.create({ data: broken });
  const { evaluationId } = await newSubmissionOf(here, scene, team);
  const { lease } = await recordCases(here.database, evaluationId, []);
  await finishFailed(here.database.runner, lease, { code: 'SHAPE', message: '' });
  await expect(deliverNotices(here.site)).rejects.toThrow(/Not delivered/);
  expect(await titlesOf(team.owner)).toHaveLength(1);
  await deliverNotices(here.site);
  await here.database.owner.notice.delete({ where: { key: 'broken' } });
});

test('what nobody reads any more is forgotten after months', async () => {
  const reader = await here.newViewer();
  const row = { userId: reader.userId, kind: 'dates', path: '/' };
  const daysAgo = (days: number) => new Date(Date.now() - days * 24 * HOUR_MS);
  await here.database.owner.notification.createMany({
    data: [
      { ...row, title: 'read', createdAt: daysAgo(100), readAt: daysAgo(99) },
      { ...row, title: 'unread', createdAt: daysAgo(100) },
      { ...row, title: 'old', createdAt: daysAgo(200) },
    ],
  });
  await forgetNotifications(here.site);
  expect(await titlesOf(reader)).toEqual(['unread']);
});
