import { expect, type Page, request, test } from '@playwright/test';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { at, newPerson, newTeamName, type Person, signIn } from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

/** Pages that are rendered once for everyone who is signed in, and on which the server fills in the reader. */
const SHARED = [
  '/',
  `/challenges/${CHALLENGE}`,
  `/challenges/${CHALLENGE}/evaluation`,
  `/challenges/${CHALLENGE}/leaderboard`,
];
/** Characters that mean something in HTML, in scripts, in replacements and in React’s data. */
const HOSTILE_NAME = `$1 O'Neil & "So" \\ <b>$&`;

async function newMember(name: string): Promise<Person & { team: string }> {
  const anybody = new SiteClient(served().url);
  const person = { ...newPerson(), name };
  await anybody.signUp(person);
  const token = await anybody.createToken(person, 'browser');
  const team = newTeamName();
  await anybody.as(token).createTeam(team);
  return { ...person, team };
}

/** What the browser complains about, such as HTML that differs from what React renders. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

test('a member’s name is on every shared page, before and after React has taken it over', async ({
  page,
}) => {
  const member = await newMember(HOSTILE_NAME);
  await signIn(page, member);
  const bar = page.getByRole('banner');
  await expect(bar.getByRole('link', { name: member.name, exact: true })).toBeVisible();
  const complaints = complaintsOf(page);
  for (const path of SHARED) {
    await page.goto(at(path));
    // A control that works shows that React has taken the page over.
    await bar.getByRole('button', { name: /theme/ }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
    await expect(bar.getByRole('link', { name: member.name, exact: true })).toBeVisible();
    await expect(bar.getByRole('link', { name: member.team, exact: true })).toHaveAttribute(
      'href',
      /^\/teams\/team-/,
    );
    await page.context().clearCookies({ name: 'heldout-theme' });
  }
  // By a link, without loading the page as a whole.
  await bar.getByRole('link', { name: 'Challenges', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Challenges' })).toBeVisible();
  await expect(bar.getByRole('link', { name: member.name, exact: true })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('without JavaScript, a shared page names its reader and leads to their pages', async ({ browser }) => {
  const member = await newMember('Ada Lovelace');
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await signIn(page, member);
  for (const path of SHARED) {
    await page.goto(at(path));
    await expect(page.getByRole('link', { name: 'Sign in' })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Ada Lovelace' })).toHaveAttribute('href', '/account');
  }
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
});

test('no shared page for one reader contains anything of another, whoever asked before', async ({
  browser,
}) => {
  const names = ['Grace Hopper', 'Alan Turing', 'Edsger Dijkstra'];
  const members = await Promise.all(names.map(newMember));
  const readers = await Promise.all(
    members.map(async (member) => {
      const context = await browser.newContext();
      await signIn(await context.newPage(), member);
      await expect(context.pages()[0]!.getByRole('link', { name: member.name })).toBeVisible();
      return { own: [member.name, member.team], context };
    }),
  );
  const visitor = { own: [] as string[], request: await request.newContext() };
  const everyone = [...readers.map(({ own, context }) => ({ own, request: context.request })), visitor];
  for (const path of SHARED) {
    const pages = await Promise.all(
      [...everyone, ...everyone].map(async ({ own, request: program }) => {
        const headers = { 'x-heldout-reader-placeholder': `reader-${'0'.repeat(32)}-team` };
        return { own, html: await (await program.get(at(path), { headers })).text() };
      }),
    );
    for (const { own, html } of pages) {
      for (const text of own) expect(html).toContain(text);
      for (const text of members.flatMap(({ name, team }) => [name, team])) {
        if (!own.includes(text)) expect(html).not.toContain(text);
      }
      expect(html).not.toMatch(/reader-[0-9a-f]{32}/);
    }
  }
});
