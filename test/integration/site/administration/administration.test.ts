import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { findSessionViewer, requestViewer } from '#lib/site/accounts/viewer.ts';
import { changeUser } from '#lib/site/administration/change-user.ts';
import { doctorView } from '#lib/site/administration/doctor.ts';
import { limitsView } from '#lib/site/administration/limits.ts';
import { challengesView } from '#lib/site/administration/list-challenges.ts';
import { usersView } from '#lib/site/administration/list-users.ts';
import { mailsView, resendMail, sendTestMail } from '#lib/site/administration/mails.ts';
import { storageView } from '#lib/site/administration/storage.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import { type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { signInBrowser, signUpAccount } from '#test/support/site/accounts.ts';
import { newReleaseFile } from '#test/support/site/release-archive.ts';
import { HEX64, newScene, unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** What administrators see and change of the whole site. */

const PASSWORD = 'correct horse battery';
const DAY_MS = 86_400_000;

let here: TestSite;
let server: MailServer;
let stopMail: () => Promise<void>;
let admin: Viewer;
/** Addresses that the mail server refuses. */
const refused = new Set<string>();
beforeAll(async () => {
  server = await startMailServer({
    onRcptTo({ address }, _session, done) {
      done(refused.has(address) ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null);
    },
  });
  const from = { name: 'Heldout', address: 'heldout@example.org' };
  here = await openTestSite({ mail: { server: server.server, from } });
  stopMail = startMailWorker(here.site.environment, (error) => {
    throw error;
  });
  admin = await here.newViewer({ isAdmin: true });
});
afterAll(async () => {
  await stopMail();
  await here.close();
  await server.close();
});

const change = (id: string, what: string, by = admin) => changeUser(here.site, { id, change: what }, by);
const rowOf = (id: string) => here.database.owner.user.findUniqueOrThrow({ where: { id } });
const eventsOf = async (id: string) => {
  const where = { detail: { path: ['user'], equals: id } };
  const events = await here.database.owner.auditEvent.findMany({ where, orderBy: { id: 'asc' } });
  return events.map(({ action }) => action);
};

test('a disabled account has no session, no token and no sign-in, until it is enabled', async () => {
  const { id, email } = await signUpAccount(here.site, PASSWORD);
  const cookie = await signInBrowser(here.site, email, PASSWORD);
  const token = await createApiToken(
    here.site,
    { email, password: PASSWORD, name: 'laptop' },
    { address: unique('address') },
  );
  const withToken = () => {
    const headers = { authorization: `Bearer ${token}` };
    return requestViewer(here.site, new Request(ORIGIN, { headers }));
  };
  expect(await findSessionViewer(here.site, cookie)).not.toBeNull();
  expect(await withToken()).not.toBeNull();
  await change(id, 'disable');
  await change(id, 'disable');
  expect(await findSessionViewer(here.site, cookie)).toBeNull();
  await expect(withToken()).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(signInBrowser(here.site, email, PASSWORD)).rejects.toThrow(/account is disabled/);
  expect((await server.next(email)).parsed.text).toContain('has disabled your account');
  await change(id, 'enable');
  await signInBrowser(here.site, email, PASSWORD);
  expect(await withToken()).not.toBeNull();
  expect(await eventsOf(id)).toEqual(['user.disable', 'user.enable']);
});

test('roles are granted and taken, never one’s own', async () => {
  const { userId: id } = await here.newViewer();
  await change(id, 'grant');
  expect(await rowOf(id)).toMatchObject({ isAdmin: true });
  await change(id, 'revoke');
  expect(await rowOf(id)).toMatchObject({ isAdmin: false });
  expect(await eventsOf(id)).toEqual(['user.grantAdministrator', 'user.revokeAdministrator']);
  for (const what of ['revoke', 'disable', 'resetSecondFactor']) {
    await expect(change(admin.userId, what)).rejects.toMatchObject({ code: 'CONFLICT' });
  }
  await expect(change(id, 'grant', await here.newViewer())).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(change(id, 'own')).rejects.toMatchObject({ code: 'INVALID' });
});

test('a second factor that was reset is gone with its recovery codes and sessions', async () => {
  const { id, email } = await signUpAccount(here.site, PASSWORD);
  const cookie = await signInBrowser(here.site, email, PASSWORD);
  const data = { totpSecret: new Uint8Array([1]), totpConfirmedAt: new Date() };
  await here.database.owner.user.update({ where: { id }, data });
  await here.database.owner.recoveryCode.create({ data: { userId: id, codeHash: 'x' } });
  await expect(signInBrowser(here.site, email, PASSWORD)).rejects.toThrow(/second factor/);
  await change(id, 'resetSecondFactor');
  expect(await rowOf(id)).toMatchObject({ totpSecret: null, totpConfirmedAt: null });
  expect(await here.database.owner.recoveryCode.count({ where: { userId: id } })).toBe(0);
  expect(await findSessionViewer(here.site, cookie)).toBeNull();
  await signInBrowser(here.site, email, PASSWORD);
  expect((await server.next(email)).parsed.text).toContain('removed the second factor');
  expect(await eventsOf(id)).toEqual(['user.resetSecondFactor']);
});

test('accounts are searched, filtered and paged', async () => {
  const name = unique('Zora');
  const data = Array.from({ length: 5 }, (_, index) => ({ name: `${name} ${index}` }));
  const made = await here.database.owner.user.createManyAndReturn({ data });
  const { challengeId } = await newScene(here.database.owner);
  const organizer = { challengeId, userId: made[0]!.id, role: 'OWNER' as const };
  await here.database.owner.organizer.create({ data: organizer });
  const list = (query: object) => usersView(here.site, { limit: 25, ...query }, admin);
  const first = await list({ q: name.toUpperCase(), limit: 3 });
  const rest = await list({ q: name, limit: 3, after: first.next });
  const names = [...first.users, ...rest.users].map((user) => user.name);
  expect(names).toEqual([4, 3, 2, 1, 0].map((index) => `${name} ${index}`));
  expect((await list({ q: name, role: 'organizers' })).users).toMatchObject([
    { name: `${name} 0`, organizes: [expect.any(String)], teams: 0 },
  ]);
  expect((await list({ q: name, role: 'disabled' })).users).toEqual([]);
  expect((await list({ role: 'administrators' })).users).toContainEqual(
    expect.objectContaining({ id: admin.userId }),
  );
});

test('challenges are listed with their counts, drafts too', async () => {
  const scene = await newScene(here.database.owner);
  const { challengeId: id, challengeSlug: slug } = scene;
  await scene.evaluation();
  await here.database.owner.challenge.update({ where: { id }, data: { visibility: 'DRAFT' } });
  const { challenges } = await challengesView(here.site, { limit: 25, q: slug }, admin);
  expect(challenges).toMatchObject([{ slug, visibility: 'DRAFT', phases: 1, teams: 1, submissions: 1 }]);
});

test('a failed mail is sent again with what it said, and a test mail arrives', async () => {
  const viewer = { ...admin, email: `${unique('admin')}@example.org` };
  refused.add(viewer.email);
  await sendTestMail(here.site, viewer);
  const mails = async (state: 'FAILED' | 'SENT') =>
    (await mailsView(here.site, { limit: 25, q: viewer.email, state }, admin)).mails;
  await vi.waitFor(async () => expect(await mails('FAILED')).toHaveLength(1), { timeout: 15_000 });
  const [failed] = await mails('FAILED');
  expect(failed).toMatchObject({ canResend: true, error: expect.stringContaining('no such user') });
  refused.clear();
  await resendMail(here.site, { id: failed!.id }, admin);
  expect((await server.next(viewer.email)).parsed.text).toContain('Mail works.');
  await vi.waitFor(async () => expect(await mails('SENT')).toHaveLength(1), { timeout: 15_000 });
  await expect(resendMail(here.site, { id: failed!.id }, admin)).rejects.toMatchObject({ code: 'CONFLICT' });
  const off = { ...here.site, environment: { ...here.site.environment, mail: null } };
  await expect(sendTestMail(off, admin)).rejects.toThrow(/Mail is off/);
});

test('the use of each limit is counted, and whom it counts isn’t said', async () => {
  const rule = RATE_LIMITS.inviteByMail;
  for (let index = 0; index < rule.attempts; index += 1) await consumeAttempt(here.site, rule, 'ada');
  await consumeAttempt(here.site, rule, 'bob');
  const { limits } = await limitsView(here.site, admin);
  expect(limits.find((limit) => limit.rule === rule.name)).toMatchObject({
    counted: 2,
    used: 1,
    highest: rule.attempts,
  });
  expect(limits).toHaveLength(Object.keys(RATE_LIMITS).length + 1);
});

test('storage tells what is stored once, what is unused, and what nothing names', async () => {
  const scene = await newScene(here.database.owner);
  const { id: teamId } = await scene.team(await scene.user());
  const old = new Date(Date.now() - 40 * DAY_MS);
  const sha256 = 'cd'.repeat(32);
  const archive = { teamId, fileName: 'x', bytes: 5000n, sha256, createdAt: old };
  await here.database.owner.image.createMany({ data: [archive, archive] });
  const bytesOf = async (what: string) => {
    const { rows } = await storageView(here.site, admin);
    const { count, bytes } = rows.find((row) => row.what === what)!;
    return { count, bytes };
  };
  expect(await bytesOf('Image and model archives without a submission')).toEqual({ count: 1, bytes: 5000 });
  expect((await bytesOf('Sealed test sets')).count).toBeGreaterThan(0);
  const { store, environment } = here.site;
  const blob = await store.put([new Uint8Array(123)], { maxBytes: 1000 });
  expect(await bytesOf('Files that nothing names')).toEqual({ count: 0, bytes: 0 });
  const file = join(environment.storeFolder, blob.sha256.slice(0, 2), blob.sha256);
  await utimes(file, old, old);
  expect(await bytesOf('Files that nothing names')).toEqual({ count: 1, bytes: 123 });
  await here.database.owner.image.create({ data: { ...archive, sha256: blob.sha256, bytes: 123n } });
  expect(await bytesOf('Files that nothing names')).toEqual({ count: 0, bytes: 0 });
  const released = await store.put([new Uint8Array(77)], { maxBytes: 1000 });
  await utimes(join(environment.storeFolder, released.sha256.slice(0, 2), released.sha256), old, old);
  expect((await bytesOf('Files that nothing names')).count).toBe(1);
  await newReleaseFile(here.database.owner, scene.challengeId, { blob: released.sha256, bytes: 61n });
  expect((await bytesOf('Files that nothing names')).count).toBe(0);
  expect(await bytesOf('Released data')).toEqual({ count: 1, bytes: 61 });
  expect((await storageView(here.site, admin)).databaseBytes).toBeGreaterThan(1_000_000);
});

test('the checks find a missing runner, a failed mail, a late notice and a changed audit trail', async () => {
  const check = async () => {
    const { findings } = await doctorView(here.site, admin, { verifiesAudit: true });
    return Object.fromEntries(findings.map(({ name, state }) => [name, state]));
  };
  const { owner } = here.database;
  await owner.mail.deleteMany({ where: { state: 'FAILED' } });
  expect(await check()).toMatchObject({
    ...{ database: 'ok', store: 'ok', queue: 'ok', mail: 'ok', 'failed mails': 'ok', notifications: 'ok' },
    ...{ HTTPS: 'ok', 'second factor': 'warning', runners: 'error', 'audit trail': 'ok' },
  });
  await owner.mail.create({ data: { to: 'x@example.org', kind: 'account', subject: 'x', state: 'FAILED' } });
  const content = { kind: 'announcement', announcementId: crypto.randomUUID() };
  await owner.notice.create({ data: { key: 'late', kind: 'announcement', content, dueAt: new Date(0) } });
  const runner = { recipient: HEX64, host: {} };
  await owner.runner.create({ data: { ...runner, name: 'here', lastSeenAt: new Date() } });
  await owner.runner.create({ data: { ...runner, name: 'gone', lastSeenAt: new Date(Date.now() - DAY_MS) } });
  await owner.$executeRaw`ALTER TABLE "AuditEvent" DISABLE TRIGGER ALL`;
  await owner.$executeRaw`UPDATE "AuditEvent" SET actor = 'Somebody else' WHERE seq = 1`;
  await owner.$executeRaw`ALTER TABLE "AuditEvent" ENABLE TRIGGER ALL`;
  expect(await check()).toMatchObject({
    ...{ 'failed mails': 'warning', notifications: 'warning', 'audit trail': 'error' },
    ...{ 'runner here': 'warning', 'runner gone': 'warning' },
  });
  await expect(doctorView(here.site, await here.newViewer(), { verifiesAudit: false })).rejects.toMatchObject(
    { code: 'FORBIDDEN' },
  );
});
