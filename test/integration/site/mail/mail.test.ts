import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { POST as oneClick } from '#app/unsubscribe/one-click/route.ts';
import { changePassword } from '#lib/site/accounts/change-password.ts';
import { findSessionViewer } from '#lib/site/accounts/viewer.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import type { Message } from '#lib/site/mail/message.ts';
import { queueMail } from '#lib/site/mail/queue-mail.ts';
import { shownMails } from '#lib/site/mail/shown-mails.ts';
import { unsubscription } from '#lib/site/mail/unsubscribe.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { signInBrowser, signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const FROM = { name: 'Heldout', address: 'heldout@example.org' };
const MESSAGE: Message = {
  subject: 'A subject with ümlauts',
  parts: ['1 < 2 & "quotes"', { label: 'Open <it>', href: `${ORIGIN}/somewhere?token=abc&x=1` }],
};

/** What the mail server does with a recipient. */
let refusals: Map<string, { responseCode: number; message: string }[]>;
let server: MailServer;
let here: TestSite;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startMailServer({
    onRcptTo({ address }, _session, done) {
      const refusal = refusals.get(address)?.shift();
      done(refusal ? Object.assign(new Error(refusal.message), refusal) : null);
    },
  });
  here = await openTestSite({ servesRoutes: true, mail: { server: server.server, from: FROM } });
});
beforeEach(() => {
  refusals = new Map();
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
afterAll(async () => {
  await here.close();
  await server.close();
});

const newAddress = () => `${unique('ada')}@example.org`;

function startWorker(): void {
  const onError = (error: Error) => {
    throw error;
  };
  stops.push(startMailWorker(here.site.environment, onError));
}

function queue(to: string, options: Partial<Parameters<typeof queueMail>[2]> = {}): Promise<void> {
  return here.site.db.$transaction((tx) =>
    queueMail(here.site, tx, { to, kind: 'account', message: MESSAGE, ...options }),
  );
}

const rowOf = (to: string) => here.database.owner.mail.findFirstOrThrow({ where: { to } });

/** Delivers retries now instead of after their delay. */
async function hurry(): Promise<void> {
  await here.database.owner.$executeRaw`UPDATE pgboss.job SET start_after = now() WHERE name = 'mails'`;
}

test('a mail arrives with its subject, plain text and escaped HTML, and its row keeps no content', async () => {
  const to = newAddress();
  await queue(to);
  const queued = await rowOf(to);
  expect(queued).toMatchObject({ state: 'QUEUED', attempts: 0 });
  expect(Buffer.from(queued.content!).toString('utf8')).not.toContain('token=abc');
  startWorker();
  const { parsed, envelope, raw } = await server.next(to);
  expect(envelope).toEqual({ from: FROM.address, to: [to] });
  expect(parsed.subject).toBe(MESSAGE.subject);
  expect(parsed.from?.value).toEqual([FROM]);
  expect(parsed.text).toContain('1 < 2 & "quotes"');
  expect(parsed.text).toContain(`Open <it>:\n${ORIGIN}/somewhere?token=abc&x=1\n`);
  expect(parsed.html).toContain('1 &lt; 2 &amp; &quot;quotes&quot;');
  expect(parsed.html).toContain(`href="${ORIGIN}/somewhere?token=abc&amp;x=1"`);
  expect(parsed.html).not.toContain('Open <it>');
  expect(raw).toContain('Auto-Submitted: auto-generated');
  expect(raw).not.toContain('List-Unsubscribe');
  expect(parsed.messageId).toBe(`<${queued.id}@heldout.example.org>`);
  await vi.waitFor(async () =>
    expect(await rowOf(to)).toMatchObject({ state: 'SENT', content: null, attempts: 1, error: null }),
  );
});

test('a mail of a transaction that is rolled back is never sent', async () => {
  const [lost, kept] = [newAddress(), newAddress()];
  const rolledBack = here.site.db.$transaction(async (tx) => {
    await queueMail(here.site, tx, { to: lost, kind: 'account', message: MESSAGE });
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  await queue(kept);
  startWorker();
  await server.next(kept);
  expect(server.mails.filter(({ envelope }) => envelope.to.includes(lost))).toEqual([]);
});

test('a line end in a subject or an address starts no header and adds no recipient', async () => {
  const to = newAddress();
  await queue(to, { message: { ...MESSAGE, subject: 'Hello\r\nBcc: eve@example.org\r\n\r\nX' } });
  for (const bad of [
    'ada@example.org\r\nBcc: eve@example.org',
    'ada@example.org, eve@example.org',
    '<a@b.org>',
  ]) {
    await expect(queue(bad)).rejects.toThrow(/email/);
  }
  startWorker();
  const { parsed, envelope } = await server.next(to);
  expect(parsed.subject).toBe('Hello Bcc: eve@example.org X');
  expect(parsed.bcc).toBeUndefined();
  expect(envelope.to).toEqual([to]);
});

test('a temporary refusal is retried with the same message ID, and keeps its error until then', async () => {
  const to = newAddress();
  refusals.set(to, [{ responseCode: 451, message: 'greylisted' }]);
  await queue(to);
  startWorker();
  await vi.waitFor(
    async () => {
      const error = expect.stringContaining('greylisted');
      expect(await rowOf(to)).toMatchObject({ state: 'QUEUED', attempts: 1, error });
    },
    { timeout: 15_000 },
  );
  await vi.waitFor(
    async () => {
      await hurry();
      expect(await rowOf(to)).toMatchObject({ state: 'SENT', attempts: 2, error: null });
    },
    { timeout: 15_000 },
  );
  const { parsed } = await server.next(to);
  expect(parsed.messageId).toContain((await rowOf(to)).id);
});

test('a mail that the server refuses for good fails at once and keeps the reason', async () => {
  const to = newAddress();
  refusals.set(to, [{ responseCode: 550, message: 'no such user' }]);
  await queue(to);
  startWorker();
  await vi.waitFor(
    async () =>
      expect(await rowOf(to)).toMatchObject({
        state: 'FAILED',
        attempts: 1,
        // Still encrypted, for another try.
        content: expect.anything(),
        error: expect.stringContaining('no such user'),
      }),
    { timeout: 15_000 },
  );
});

test('a mail whose link has expired isn’t sent', async () => {
  const to = newAddress();
  await queue(to, { expiresAt: new Date(Date.now() - 1000) });
  startWorker();
  await vi.waitFor(
    async () =>
      expect(await rowOf(to)).toMatchObject({ state: 'FAILED', error: expect.stringContaining('expired') }),
    { timeout: 15_000 },
  );
  expect(server.mails.some(({ envelope }) => envelope.to.includes(to))).toBe(false);
});

test('two processes send each mail once', async () => {
  const addresses = Array.from({ length: 12 }, newAddress);
  startWorker();
  startWorker();
  for (const address of addresses) await queue(address);
  for (const address of addresses) await server.next(address);
  const counts = addresses.map(
    (to) => server.mails.filter(({ envelope }) => envelope.to.includes(to)).length,
  );
  expect(counts).toEqual(addresses.map(() => 1));
});

test('one click unsubscribes an address from one kind of mails, and never from essential ones', async () => {
  const to = newAddress();
  startWorker();
  await queue(to, { kind: 'invitation' });
  const mail = await server.next(to);
  const header = mail.parsed.headers.get('list') as unknown as { unsubscribe: { url: string } };
  const link = new URL(header.unsubscribe.url);
  expect(mail.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
  expect(link.origin).toBe(ORIGIN);
  expect(link.href).not.toContain('ada');
  const token = linkIn(mail, '/unsubscribe').searchParams.get('token')!;
  expect(await unsubscription(here.site, token)).toEqual({
    email: to,
    kind: 'invitation',
    isUnsubscribed: false,
  });

  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  const post = (address: URL) => oneClick(new Request(address, { method: 'POST', body }));
  expect((await post(link)).status).toBe(200);
  expect((await post(link)).status).toBe(200);
  expect(await unsubscription(here.site, token)).toMatchObject({ isUnsubscribed: true });
  await queue(to, { kind: 'invitation' });
  await queue(to, { kind: 'account' });
  await server.next(to);
  expect(await here.database.owner.mail.count({ where: { to } })).toBe(2);

  const forged = new URL(link);
  forged.searchParams.set('token', `A${token.slice(1)}`);
  expect((await post(forged)).status).toBe(404);
});

test('without a mail server, a mail is recorded as unsent, without its content', async () => {
  const off = { ...here.site, environment: { ...here.site.environment, mail: null } };
  const to = newAddress();
  await off.db.$transaction((tx) => queueMail(off, tx, { to, kind: 'account', message: MESSAGE }));
  expect(await rowOf(to)).toMatchObject({ state: 'UNSENT', content: null });
});

test('a development site shows its unsent mails, and no other site does', async () => {
  const environment = { ...here.site.environment, mail: null, showsMail: true };
  const development = { ...here.site, environment };
  const to = newAddress();
  await development.db.$transaction((tx) =>
    queueMail(development, tx, { to, kind: 'account', message: MESSAGE }),
  );
  const [newest] = await shownMails(development);
  expect(newest).toMatchObject({ to, subject: MESSAGE.subject, text: expect.stringContaining('token=abc') });
  await expect(shownMails(here.site)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a changed password is announced to its owner', async () => {
  const { email } = await signUpAccount(here.site, 'correct horse battery');
  const token = await signInBrowser(here.site, email, 'correct horse battery');
  const viewer = await findSessionViewer(here.site, token);
  startWorker();
  await changePassword(
    here.site,
    { current: 'correct horse battery', password: 'a better password' },
    viewer,
  );
  const { parsed } = await server.next(email);
  expect(parsed.subject).toBe('Your Heldout password was changed');
});
