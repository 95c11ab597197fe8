import { afterAll, beforeAll, expect, test } from 'vitest';
import { SiteClient } from '#scripts/demo/site-client.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { unique } from '#test/support/site/scene.ts';
import { openSiteProcess, type SiteProcess } from '#test/support/site/site-process.ts';

/** The production site as its own process, with a mail server. */
let database: TestDatabase;
let url: string;
let server: MailServer;
let site: SiteProcess;

beforeAll(async () => {
  server = await startMailServer();
  site = await openSiteProcess({
    HELDOUT_SMTP_URL: server.url,
    HELDOUT_MAIL_FROM: 'Heldout <heldout@example.org>',
  });
  ({ url, database } = site);
});
afterAll(async () => {
  await server.close();
  await site.close();
});

test('the process mails the link of a sign-up, which leads to a page of the configured address', async () => {
  const email = `${unique('ada')}@example.org`;
  await new SiteClient(url).signUp({ name: 'Ada', email, password: 'correct horse battery' });
  const link = linkIn(await server.next(email), '/sign-up/confirm');
  expect(link.origin).toBe(url);
  const page = await fetch(link);
  expect(page.headers.get('referrer-policy')).toBeTruthy();
  const html = await page.text();
  expect(html).toContain(email);
  // Link scanners open it too.
  expect(await database.owner.emailLink.count({ where: { email } })).toBe(1);
  expect((await fetch(new URL('/sign-up/confirm?token=x', url))).status).toBe(200);
});

test('a forged Host changes no link', async () => {
  const email = `${unique('ada')}@example.org`;
  const headers = { 'content-type': 'application/json', 'x-forwarded-host': 'evil.example' };
  const body = JSON.stringify({ name: 'Ada', email, password: 'correct horse battery' });
  const response = await fetch(new URL('/api/v1/users', url), { method: 'POST', headers, body });
  expect(response.status).toBe(202);
  expect((await server.next(email)).raw).not.toContain('evil.example');
});

test('a production site has no page of its mails', async () => {
  expect((await fetch(new URL('/dev/mail', url))).status).toBe(404);
});
