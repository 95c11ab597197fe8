import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '#scripts/build.ts';
import { type Child, startChild, waitForSite } from '#scripts/child.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { freePort } from '#scripts/free-port.ts';
import { ROOT } from '#scripts/root.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { unique } from '#test/support/site/scene.ts';

/** The production site as its own process, with a mail server. */
let database: TestDatabase;
let folder: string;
let url: string;
let server: MailServer;
let site: Child;

beforeAll(async () => {
  await ensureBuilt();
  database = await openTestDatabase();
  server = await startMailServer();
  folder = await mkdtemp(join(tmpdir(), 'heldout-mail-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  site = startChild({
    name: 'site',
    args: [join(ROOT, 'server/main.ts'), '--port', String(port)],
    environment: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: database.siteUrl,
      HELDOUT_HOME: folder,
      NEXTAUTH_URL: url,
      NEXTAUTH_SECRET: 'a secret that is only for the tests',
      HELDOUT_SMTP_URL: server.url,
      HELDOUT_MAIL_FROM: 'Heldout <heldout@example.org>',
    },
  });
  await waitForSite(url, site);
});
afterAll(async () => {
  await site.stop();
  await server.close();
  await database.close();
  await rm(folder, { recursive: true });
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
