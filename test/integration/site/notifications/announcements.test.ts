import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  announcementsView,
  latestAnnouncements,
  publicAnnouncements,
} from '#lib/site/announcements/list-announcements.ts';
import {
  createAnnouncement,
  editAnnouncement,
  withdrawAnnouncement,
} from '#lib/site/announcements/write-announcement.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import { deliverNotices } from '#lib/site/notifications/deliver-notices.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { newTeam } from '#test/support/site/teams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Announcements: who reads them, once, and what stays of those that were changed or withdrawn. */

const WRITTEN = {
  title: 'The deadline moves',
  body: 'By **one week**.\n\nSee [why](https://example.org).',
  isPinned: false,
};

let here: TestSite;
let server: MailServer;
let stopMail: () => Promise<void>;
let organizer: Viewer;
beforeAll(async () => {
  server = await startMailServer();
  const from = { name: 'Heldout', address: 'heldout@example.org' };
  here = await openTestSite({ mail: { server: server.server, from } });
  stopMail = startMailWorker(here.site.environment, (error) => {
    throw error;
  });
  organizer = await here.newViewer({ isAdmin: true });
});
afterAll(async () => {
  await stopMail();
  await here.close();
  await server.close();
});

const newChallenge = () => {
  const closesAt = new Date(Date.now() + 90 * 86_400_000);
  return newScene(here.database.owner, { closesAt });
};

async function register({ challengeId }: Scene, state: 'APPROVED' | 'DECLINED' = 'APPROVED') {
  const team = await newTeam(here);
  await here.database.owner.registration.create({ data: { challengeId, teamId: team.id, state } });
  return team.owner;
}

const publish = ({ challengeSlug }: Scene, input: object = WRITTEN, key: string | null = null) =>
  createAnnouncement(here.site, challengeSlug, input, organizer, key);
const latest = ({ challengeSlug }: Scene) => latestAnnouncements(here.site, challengeSlug, null);
const toldTo = ({ userId }: Viewer) => here.database.owner.notification.findMany({ where: { userId } });
const eventsOf = ({ challengeId }: Scene) =>
  here.database.owner.auditEvent.findMany({ where: { challengeId }, orderBy: { id: 'asc' } });

test('members of registered teams are told on the site and by mail, and everybody reads it', async () => {
  const scene = await newChallenge();
  const [member, declined] = [await register(scene), await register(scene, 'DECLINED')];
  const stranger = await here.newViewer();
  const { id } = await publish(scene);
  await deliverNotices(here.site);
  expect(await toldTo(member)).toMatchObject([
    {
      title: 'Stroke lesions: The deadline moves',
      path: `/challenges/${scene.challengeSlug}#announcements`,
    },
  ]);
  const mail = await server.next(member.email!);
  expect(mail.parsed.subject).toBe('Stroke lesions: The deadline moves');
  expect(mail.parsed.text).toContain('By **one week**.\n\nSee [why](https://example.org).');
  expect(mail.raw).toContain('List-Unsubscribe:');
  linkIn(mail, `/challenges/${scene.challengeSlug}`);
  for (const other of [declined, stranger]) expect(await toldTo(other)).toEqual([]);
  expect((await latest(scene)).announcements).toMatchObject([{ id, ...WRITTEN, author: organizer.name }]);
});

test('an announcement to 250 people tells each of them once, in several transactions', async () => {
  const scene = await newChallenge();
  const { owner } = here.database;
  const team = await newTeam(here);
  await owner.registration.create({ data: { challengeId: scene.challengeId, teamId: team.id } });
  const people = await owner.user.createManyAndReturn({
    data: Array.from({ length: 250 }, () => ({ name: 'Ada', email: `${unique('many')}@example.org` })),
    select: { id: true },
  });
  await owner.membership.createMany({
    data: people.map(({ id: userId }) => ({ teamId: team.id, userId, role: 'MEMBER' as const })),
  });
  const { id } = await publish(scene);
  await Promise.all([1, 2, 3].map(() => deliverNotices(here.site)));
  // A process that found the notice locked has left it to another one, which may still be at it.
  await deliverNotices(here.site);
  const userIds = [team.owner.userId, ...people.map((person) => person.id)];
  const told = await owner.notification.groupBy({
    by: ['userId'],
    where: { userId: { in: userIds } },
    _count: true,
  });
  expect(told).toHaveLength(251);
  expect(told.every(({ _count }) => _count === 1)).toBe(true);
  expect(await owner.mail.count({ where: { kind: 'announcement', to: { startsWith: 'many' } } })).toBe(250);
  const notice = await owner.notice.findUniqueOrThrow({ where: { key: `announcement ${id}` } });
  expect(notice.doneAt).not.toBeNull();
});

test('the same form sent twice publishes once', async () => {
  const scene = await newChallenge();
  const key = crypto.randomUUID();
  const [first, second] = [await publish(scene, WRITTEN, key), await publish(scene, WRITTEN, key)];
  expect(second).toEqual(first);
  expect((await latest(scene)).announcements).toHaveLength(1);
});

test('a change is marked, recorded with what was there before, and told to nobody', async () => {
  const scene = await newChallenge();
  const member = await register(scene);
  const { id } = await publish(scene);
  await deliverNotices(here.site);
  const place = { slug: scene.challengeSlug, id };
  await editAnnouncement(here.site, place, { ...WRITTEN, body: 'By two weeks.' }, organizer);
  await editAnnouncement(here.site, place, { ...WRITTEN, body: 'By two weeks.' }, organizer);
  await deliverNotices(here.site);
  expect(await toldTo(member)).toHaveLength(1);
  const [shown] = (await latest(scene)).announcements;
  expect(shown).toMatchObject({ body: 'By two weeks.', editedAt: expect.any(String) });
  expect(await eventsOf(scene)).toMatchObject([
    { action: 'announcement.create', after: WRITTEN },
    { action: 'announcement.edit', before: WRITTEN, after: { ...WRITTEN, body: 'By two weeks.' } },
  ]);
});

test('one that is withdrawn leaves the page, is told to nobody any more, and can’t be changed', async () => {
  const scene = await newChallenge();
  const member = await register(scene);
  const { id } = await publish(scene);
  const place = { slug: scene.challengeSlug, id };
  await withdrawAnnouncement(here.site, place, organizer);
  await withdrawAnnouncement(here.site, place, organizer);
  await deliverNotices(here.site);
  expect(await toldTo(member)).toEqual([]);
  expect(await latest(scene)).toEqual({ announcements: [], hasMore: false });
  const query = { limit: 25 };
  const everyone = await publicAnnouncements(here.site, scene.challengeSlug, null, query);
  expect(everyone.announcements).toEqual([]);
  const console = await announcementsView(here.site, scene.challengeSlug, organizer, query);
  expect(console.announcements).toMatchObject([{ id, withdrawnAt: expect.any(String) }]);
  await expect(editAnnouncement(here.site, place, WRITTEN, organizer)).resolves.toBeUndefined();
  await expect(
    editAnnouncement(here.site, place, { ...WRITTEN, title: 'New' }, organizer),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  const actions = (await eventsOf(scene)).map(({ action }) => action);
  expect(actions).toEqual(['announcement.create', 'announcement.withdraw']);
});

test('pinned ones stay above newer ones, and the overview leads to the rest', async () => {
  const scene = await newChallenge();
  await publish(scene, { ...WRITTEN, title: 'Pinned', isPinned: true });
  for (const title of ['A', 'B', 'C']) await publish(scene, { ...WRITTEN, title });
  const { announcements, hasMore } = await latest(scene);
  expect(announcements.map(({ title }) => title)).toEqual(['Pinned', 'C', 'B']);
  expect(hasMore).toBe(true);
  const first = await publicAnnouncements(here.site, scene.challengeSlug, null, { limit: 3 });
  const rest = await publicAnnouncements(here.site, scene.challengeSlug, null, {
    limit: 3,
    after: first.next!,
  });
  const titles = [...first.announcements, ...rest.announcements].map(({ title }) => title);
  expect(titles).toEqual(['C', 'B', 'A', 'Pinned']);
});

test('an empty title, a text that is too long and another challenge’s announcement are refused', async () => {
  const [scene, other] = [await newChallenge(), await newChallenge()];
  await expect(publish(scene, { ...WRITTEN, title: ' ' })).rejects.toMatchObject({
    code: 'INVALID',
    fields: { title: expect.any(String) },
  });
  await expect(publish(scene, { ...WRITTEN, body: 'x'.repeat(10_001) })).rejects.toMatchObject({
    fields: { body: expect.any(String) },
  });
  const { id } = await publish(scene);
  const elsewhere = { slug: other.challengeSlug, id };
  await expect(withdrawAnnouncement(here.site, elsewhere, organizer)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
