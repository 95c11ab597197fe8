import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '#test/support/database.ts';
import { CookieBrowser } from '#test/support/site/cookie-browser.ts';
import { unique } from '#test/support/site/scene.ts';
import { openSiteProcess, type SiteProcess } from '#test/support/site/site-process.ts';

/** The production site as its own process, with an OpenID Connect provider of the tests. */
let database: TestDatabase;
let url: string;
let provider: OAuth2Server;
let site: SiteProcess;
/** Who signs in at the provider. ORCID and others send no address. */
let claims: Record<string, unknown> = {};

beforeAll(async () => {
  provider = new OAuth2Server();
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, '127.0.0.1');
  provider.issuer.url = `http://127.0.0.1:${provider.address().port}`;
  provider.service.on('beforeTokenSigning', (token) => Object.assign(token.payload, claims));
  site = await openSiteProcess({
    HELDOUT_OIDC_CLIENT: 'heldout:a-client-secret',
    HELDOUT_OIDC_ISSUER: provider.issuer.url,
    HELDOUT_OIDC_NAME: 'Institute',
  });
  ({ url, database } = site);
});
afterAll(async () => {
  await provider.stop();
  await site.close();
});

/** Goes to the provider and back as a browser does. Returns the address at which it ends. */
async function signInAt(browser: CookieBrowser, next = '/'): Promise<URL> {
  const started = await browser.send('/sign-in/with/oidc', { form: { next } });
  expect(started.status).toBe(200);
  const target = /content="0;url=([^"]+)"/.exec(await started.text())?.[1]?.replaceAll('&#38;', '&');
  expect(target).toContain('code_challenge');
  const back = await fetch(target!, { redirect: 'manual' });
  return browser.follow(back.headers.get('location')!);
}

const identities = () =>
  database.owner.identity.findMany({ include: { user: true }, orderBy: { id: 'asc' } });

async function newAccount(subject: string): Promise<CookieBrowser> {
  claims = { sub: subject, name: 'Grace Hopper', email: 'grace@example.org', email_verified: true };
  const browser = new CookieBrowser(url);
  const end = await signInAt(browser, '/teams/new');
  expect(end.pathname).toBe('/sign-in/identity');
  await browser.act('app/sign-in/identity/actions.ts#createAccountAction', end.pathname, {
    name: 'Grace Hopper',
    next: '/teams/new',
  });
  return browser;
}

test('a new subject creates an account without an address, and signs in to it from then on', async () => {
  const subject = unique('subject');
  const browser = await newAccount(subject);
  expect((await browser.send('/account')).status).toBe(200);
  const [identity] = (await identities()).filter((one) => one.subject === subject);
  expect(identity).toMatchObject({
    provider: 'oidc',
    user: { name: 'Grace Hopper', email: null, passwordHash: null },
  });
  const other = new CookieBrowser(url);
  expect((await signInAt(other, '/teams/new')).pathname).toBe('/teams/new');
  expect((await other.send('/account')).status).toBe(200);
});

test('an identity is never matched with an account by its address', async () => {
  const email = `${unique('ada')}@example.org`;
  const { id } = await database.owner.user.create({
    data: { name: 'Ada', email, emailVerifiedAt: new Date() },
  });
  claims = { sub: unique('subject'), name: 'Ada', email, email_verified: true };
  expect((await signInAt(new CookieBrowser(url))).pathname).toBe('/sign-in/identity');
  expect((await identities()).filter(({ userId }) => userId === id)).toEqual([]);
});

test('an identity is linked only to the account that is signed in, and belongs to one account', async () => {
  const browser = await newAccount(unique('first'));
  const second = unique('second');
  claims = { sub: second };
  expect((await signInAt(browser, '/account')).pathname).toBe('/account');
  const linked = (await identities()).filter(({ subject }) => subject === second);
  expect(linked).toMatchObject([{ user: { name: 'Grace Hopper' } }]);

  const stranger = await newAccount(unique('stranger'));
  claims = { sub: second };
  const end = await signInAt(stranger, '/account');
  expect(`${end.pathname}${end.search}`).toContain('error');
  expect((await identities()).filter(({ subject }) => subject === second)).toEqual(linked);
});

test('a callback that this browser didn’t start signs nobody in', async () => {
  claims = { sub: unique('victim') };
  const attacker = new CookieBrowser(url);
  const started = await attacker.send('/sign-in/with/oidc', { form: { next: '/' } });
  const target = /content="0;url=([^"]+)"/.exec(await started.text())?.[1]?.replaceAll('&#38;', '&');
  const back = await fetch(target!, { redirect: 'manual' });
  const victim = new CookieBrowser(url);
  const end = await victim.follow(back.headers.get('location')!);
  expect(`${end.pathname}${end.search}`).toContain('/sign-in?error');
  expect((await victim.send('/account')).status).toBe(307);
});
