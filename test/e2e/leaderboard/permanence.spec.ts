import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { placeTombstone } from '#lib/site/submissions/tombstones.ts';
import { expectSound, expectSoundAt } from '#test/support/browser/axe.ts';
import { at } from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';

/** A visitor reads, cites and embeds a ranking, and sees what happened to its entries since. */
const WIDTHS = [1440, 390];
const TEAMS = [
  ['Lesion Lab', [0.91, 0.84], 'Institute of Synthetic Scans'],
  ['Harbour Imaging', [0.72, 0.7], 'Harbour University'],
  ['Slow Scan', [0.55, null], null],
] as const;

let db: Database;
let scene: Scene;
/** Of TEAMS, in this order. */
let submissions: Awaited<ReturnType<typeof scoredSubmission>>[];
test.beforeAll(async () => {
  db = openDatabase(served().ownerUrl, { connections: 2 });
  scene = await newScene(db);
  submissions = [];
  for (const [name, cases, affiliation] of TEAMS) {
    const submission = await scoredSubmission({ owner: db, runner: db }, scene, cases);
    await db.team.update({ where: { id: submission.teamId }, data: { name } });
    await db.user.update({ where: { id: submission.userId }, data: { affiliation } });
    await db.membership.updateMany({ where: { teamId: submission.teamId }, data: { isShown: true } });
    submissions.push(submission);
  }
});
test.afterAll(() => db.$disconnect());

const leaderboard = () => `/challenges/${scene.challengeSlug}/leaderboard`;

for (const width of WIDTHS) {
  test(`a visitor keeps a ranking under a permanent link and checks it, at ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(at(leaderboard()));
    await page.getByRole('button', { name: 'Permanent link to cite' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ranking of Hidden test');
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    expect(id).toMatch(/^[0-9a-f]{20}$/);
    await expect(page.getByRole('row', { name: /Lesion Lab/ })).toContainText('0.875');
    await expect(page.locator('pre')).toContainText(`url          = {${page.url()}}`);
    const json = await (await page.request.get(at(`/api/v1/rankings/${id}`))).text();
    const checksum = createHash('sha256').update(json).digest('hex');
    await expect(page.getByText(checksum, { exact: true })).toBeVisible();
    expect(checksum.startsWith(id)).toBe(true);

    // The same ranking has the same link.
    await page.goto(at(leaderboard()));
    await page.getByRole('button', { name: 'Permanent link to cite' }).click();
    await page.waitForURL(`**/leaderboard/${id}`);
  });
}

test('the pages of a ranking, its teams and a team fit the screen and pass axe', async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(at(leaderboard()));
  await page.getByText('Show code for a README or a page').click();
  await expect(page.getByText('badge.svg')).toBeVisible();
  await expectSoundAt(page, WIDTHS);
  await page.getByRole('button', { name: 'Permanent link to cite' }).click();
  await expect(page.getByRole('heading', { name: 'How to cite' })).toBeVisible();
  await expectSoundAt(page, WIDTHS);
  await page.goto(at(`/challenges/${scene.challengeSlug}/teams`));
  await expect(page.getByRole('row', { name: /Lesion Lab/ })).toContainText('Institute of Synthetic Scans');
  await expectSoundAt(page, WIDTHS);
  await page.goto(at(`/teams/${submissions[0]!.team.slug}`));
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  await expectSoundAt(page, WIDTHS);
  await page.goto(at(`/?q=${scene.challengeSlug}`));
  await expect(page.getByRole('heading', { name: /^Open now/ })).toBeVisible();
  await expect(page.getByRole('table', { name: /Top 3 teams/ })).toContainText('Harbour Imaging');
  await expectSoundAt(page, WIDTHS);
  await page.getByLabel('Challenge', { exact: true }).fill('no such challenge');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('No challenge has “no such challenge”')).toBeVisible();
});

test('an excluded entry keeps its name and the reason, wherever it was ranked', async ({ page }) => {
  await page.goto(at(leaderboard()));
  await page.getByRole('button', { name: 'Permanent link to cite' }).click();
  await expect(page.getByRole('heading', { name: 'How to cite' })).toBeVisible();
  const permanent = page.url();
  const [, excluded] = submissions;
  const decision = {
    kind: 'EXCLUDED',
    reason: 'Masks drawn by hand',
    decidedById: excluded!.userId,
  } as const;
  await db.$transaction((tx) => placeTombstone(tx, excluded!, decision));

  // The ranking without it is computed within seconds.
  await expect(async () => {
    await page.goto(at(leaderboard()));
    await expect(page.locator('table.leaderboard')).not.toContainText('Harbour Imaging', { timeout: 200 });
  }).toPass();
  const gone = page.getByRole('table', { name: /Withdrawn and excluded/ });
  await expect(gone.getByRole('row', { name: /Harbour Imaging/ })).toContainText('Masks drawn by hand');
  await page.goto(permanent);
  await expect(page.getByText('1 entry has been withdrawn or excluded since')).toBeVisible();
  const then = page.getByRole('table', { name: /Table 1/ }).getByRole('row', { name: /Harbour Imaging/ });
  await expect(then).toContainText('0.710');
  await expect(then).toContainText('excluded by the organizers since');
  await expectSoundAt(page, WIDTHS);
  await page.goto(at(`/submissions/${excluded!.id}`));
  await expect(page.getByText('excluded by the organizers, so its scores don’t count')).toBeVisible();
  await page.goto(at(`/teams/${excluded!.team.slug}`));
  await expect(page.getByRole('table', { name: /Withdrawn and excluded/ })).toContainText(
    'Masks drawn by hand',
  );
  await expectSoundAt(page, WIDTHS);
});

test('a visitor reads the leaderboard of a stratum, and those that tell about few cases have no link', async ({
  page,
}) => {
  const other = await newScene(db);
  const isSmall = (index: number) => index < 10;
  const strata = [
    {
      ...{ of: 'lesion-volume', names: ['under 1 ml', '1 ml or more'] },
      cases: Array.from({ length: 24 }, (_, index) => (isSmall(index) ? 0 : 1)),
    },
    {
      ...{ of: 'site', names: ['R1', 'R2'] },
      cases: Array.from({ length: 24 }, (_, index) => (index % 4 === 0 ? 1 : 0)),
    },
  ];
  await db.testSet.update({ where: { id: other.testSetId }, data: { caseCount: 24, strata } });
  const better = async (ofSmall: number, ofLarge: number) => {
    const dice = Array.from({ length: 24 }, (_, index) => (isSmall(index) ? ofSmall : ofLarge));
    return (await scoredSubmission({ owner: db, runner: db }, other, dice)).team.name;
  };
  const [smallFirst, largeFirst] = [await better(0.9, 0.3), await better(0.5, 0.8)];
  const table = page.getByRole('table', { name: /Table 1/ });
  const filters = page.getByRole('navigation', { name: 'What the table shows' });
  // The ranking with both is computed within seconds.
  await expect(async () => {
    await page.goto(at(`/challenges/${other.challengeSlug}/leaderboard`));
    await expect(table.locator('tbody tr').first()).toContainText(largeFirst, { timeout: 200 });
  }).toPass();
  await expect(filters).not.toContainText('R1');
  await expect(async () => {
    await page.goto(at(`/challenges/${other.challengeSlug}/leaderboard`));
    await filters.getByRole('link', { name: 'under 1 ml 10' }).click();
    await expect(table.locator('tbody tr').first()).toContainText(smallFirst, { timeout: 200 });
    // A ranking of the stratum with the first team alone may be stored still.
    await expect(table).toContainText(largeFirst, { timeout: 200 });
  }).toPass();
  expect(new URL(page.url()).searchParams.get('stratum')).toBe('lesion-volume-1');
  await expect(table.locator('caption')).toContainText('lesion volume: under 1 ml, n = 10 hidden');
  await expect(table.getByRole('row', { name: smallFirst })).toContainText('0.900');
  // Without JavaScript too.
  const html = await (await page.request.get(page.url())).text();
  expect(html.indexOf(smallFirst)).toBeLessThan(html.indexOf(largeFirst));
  await expectSound(page);
  await filters.getByRole('link', { name: 'All', exact: true }).click();
  await expect(table.locator('caption')).toContainText('n = 24 hidden');
});

test('another site can frame a leaderboard, and no other page', async ({ page }) => {
  const frames = [`/embed/${scene.challengeSlug}/test`, leaderboard()];
  const html = `<!doctype html><title>Other</title>${frames.map((path) => `<iframe src="${at(path)}"></iframe>`).join('')}`;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await page.goto(`http://127.0.0.1:${port}/`);
    const embedded = page.frameLocator('iframe').first();
    await expect(embedded.getByRole('row', { name: /Lesion Lab/ })).toContainText('0.875');
    const addresses = () => page.frames().map((frame) => new URL(frame.url()).protocol);
    await expect.poll(addresses).toEqual(['http:', 'http:', 'chrome-error:']);
  } finally {
    server.close();
  }
  await page.goto(at(frames[0]!));
  await expectSoundAt(page, WIDTHS);
});
