import { expect, type Page, test } from '@playwright/test';
import { at, newPerson, signIn, signUp } from '#test/support/browser/people.ts';
import { CHALLENGE, ORGANIZER } from '#test/support/browser/served.ts';

const PUBLIC = ['/', '/sign-in', '/sign-up', '/nothing-here', `/challenges/${CHALLENGE}`];
const OF_CHALLENGE = ['evaluation', 'leaderboard?phase=test', 'submit', 'submissions'].map(
  (page) => `/challenges/${CHALLENGE}/${page}`,
);
const CONSOLE = ['', '/queue', '/submissions', '/audit'].map((page) => `/organize/${CHALLENGE}${page}`);

/** What the browser blocked, and errors of scripts. */
async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) errors.push(message.text());
  });
  return async () => errors;
}

async function expectNoViolations(page: Page, paths: readonly string[]): Promise<void> {
  const violations = await watchViolations(page);
  for (const path of paths) {
    await page.goto(at(path));
    await expectAlive(page);
    expect(await violations(), path).toEqual([]);
  }
}

/** Waits until React has taken over the page: all its scripts have run then. */
async function expectAlive(page: Page): Promise<void> {
  const keys = () => page.evaluate(() => Object.keys(document.querySelector('main') ?? {}));
  await expect.poll(async () => (await keys()).some((key) => key.startsWith('__reactFiber'))).toBe(true);
}

test('no page violates the policy, for visitors, from memory and rendered, and for organizers', async ({
  page,
}) => {
  // Twice: the first visit is rendered with a nonce, the second sent from memory with hashes.
  for (let visit = 0; visit < 2; visit++) {
    await expectNoViolations(page, [...PUBLIC, ...OF_CHALLENGE]);
  }
  await signIn(page, ORGANIZER);
  await expectNoViolations(page, [...PUBLIC, ...OF_CHALLENGE, ...CONSOLE, '/account', '/teams/new']);
});

const INJECTED = `<script>window.injected = 'inline'</script><img src="/missing" onerror="window.injected = 'handler'">`;

/** Which script ran of those that got into the page, by its HTML or by a script of ours. */
async function injected(page: Page, nonce: string, { hasPolicy = true } = {}): Promise<string> {
  const stale = `<script nonce="${nonce}">window.injected = 'old nonce'</script>`;
  await page.route(at('/'), async (route) => {
    const response = await route.fetch();
    const { 'content-security-policy': policy, ...headers } = response.headers();
    const body = (await response.text()).replace(/<body[^>]*>/, (tag) => `${tag}${INJECTED}${stale}`);
    expect(body).toContain(INJECTED);
    await route.fulfill({
      response,
      headers: hasPolicy ? { ...headers, 'content-security-policy': policy! } : headers,
      body,
    });
  });
  await page.goto(at('/'), { waitUntil: 'networkidle' });
  await page.unroute(at('/'));
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = "window.injected ??= 'by a script'";
    document.body.append(script);
    const link = document.createElement('a');
    link.href = "javascript:void (window.injected ??= 'link')";
    document.body.append(link);
    link.click();
  });
  return page.evaluate(() => (window as { injected?: string }).injected ?? 'nothing');
}

for (const who of ['a visitor', 'somebody who is signed in'] as const) {
  test(`a script that got into a page doesn’t run for ${who}`, async ({ page }) => {
    if (who !== 'a visitor') await signUp(page, newPerson());
    // Kept in memory for visitors from now on.
    await page.goto(at('/'));
    const nonce = await page.evaluate(() => document.querySelector('script')?.nonce ?? '');
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(await injected(page, nonce)).toBe('nothing');
    // So that the above can fail.
    expect(await injected(page, nonce, { hasPolicy: false })).not.toBe('nothing');
  });
}

test('a page from memory has hashes of its scripts instead of a nonce, in a header of a common size', async ({
  request,
}) => {
  const address = at(`/challenges/${CHALLENGE}/leaderboard?phase=test`);
  await request.get(address);
  const policy = (await request.get(address)).headers()['content-security-policy'] ?? '';
  expect(policy).toContain("'sha256-");
  expect(policy).not.toContain("'nonce-");
  // Proxies take headers of 4 KiB and more.
  expect(policy.length).toBeLessThan(3000);
});

test('no other site can frame a page', async ({ page }) => {
  await page.route('https://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${at('/')}"></iframe>` }),
  );
  await page.goto('https://elsewhere.example/');
  await expect.poll(() => page.frames().length).toBe(2);
  const inside = await page
    .frames()[1]
    ?.evaluate(() => document.body.textContent)
    .catch(() => '');
  expect(inside).not.toContain('Challenges');
});
