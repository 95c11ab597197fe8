import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { openDatabase } from '#lib/platform/database.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at } from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';
import { newScoredTeams } from '#test/support/site/scores/scored-teams.ts';

interface Place {
  slug: string;
  teams: string[];
}
let open: Place;
let hidden: Place;

test.beforeAll(async () => {
  const owner = openDatabase(served().ownerUrl, { connections: 1 });
  const scored = async (kind: 'OPEN' | 'HIDDEN') => {
    const { challengeSlug, teams } = await newScoredTeams({ owner, runner: owner }, { kind });
    return { slug: challengeSlug, teams };
  };
  [open, hidden] = [await scored('OPEN'), await scored('HIDDEN')];
  await owner.$disconnect();
});

const SIZES = [
  { width: 1440, height: 1000, colorScheme: 'light' as const },
  { width: 390, height: 844, colorScheme: 'dark' as const },
];

function compareAddress({ slug, teams: [a, b] }: Place): string {
  return at(`/challenges/${slug}/compare?${new URLSearchParams({ phase: 'test', a: a!, b: b! })}`);
}

for (const { colorScheme, ...size } of SIZES) {
  test(`figures load when the reader comes near, ${size.width} px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    const requests: string[] = [];
    page.on('request', (request) => void requests.push(request.url()));
    const html = await page.request.get(at(`/challenges/${open.slug}/leaderboard?pin=${open.teams[1]}`));
    expect((await html.body()).length).toBeLessThan(300_000);
    await page.goto(at(`/challenges/${open.slug}/leaderboard?pin=${open.teams[1]}`));
    await page.getByRole('heading', { name: 'Figures' }).scrollIntoViewIfNeeded();
    await expect(page.locator('figure.plot-frame')).toHaveCount(5);
    expect(requests.filter((url) => url.includes('/figures'))).toHaveLength(1);
    // Eight boxes, a disk for each rank, and 28 pairs.
    await expect(page.locator('.plot-box')).toHaveCount(8);
    await expect(page.getByRole('img', { name: /^Tests of each pair/ })).toBeVisible();
    const agreement = page.locator('figure', { hasText: 'Agreement of predicted' });
    await agreement.getByText('Data table').click();
    await expect(agreement.getByRole('row')).toHaveCount(9);
    await expect(agreement.getByRole('columnheader', { name: 'ICC(2,1)' })).toBeVisible();
    await expectSound(page);
  });

  test(`two teams are compared case by case in an open phase, ${size.width} px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize(size);
    await page.goto(at(`/challenges/${open.slug}/compare?phase=test`));
    await page.getByLabel('First team').selectOption({ label: 'Lesion Lab' });
    await page.getByLabel('Second team').selectOption({ label: 'Threshold' });
    await page.getByRole('button', { name: 'Compare teams' }).click();
    await expect(page).toHaveURL(/a=team-[0-9a-f]+&b=team-/);
    const table = page.getByRole('table', { name: /Table 1/ });
    await expect(table.getByRole('row', { name: /^Dice/ })).toContainText(/24, 0, 0/);
    await expect(page.getByRole('table', { name: /Table 2/ })).toContainText('Lesion Lab');
    await expect(page.getByText('Lesion Lab is better than Threshold')).toBeVisible();
    await expect(page.locator('figure.plot-frame')).toHaveCount(3);
    await expect(page.locator('.plot-point').first()).toBeVisible();
    await expectSound(page);
  });
}

test('a figure is saved as SVG, PNG and CSV', async ({ page }) => {
  await page.goto(compareAddress(open));
  const figure = page.locator('figure', { hasText: 'Figure 1' });
  await expect(figure.locator('.plot-point')).toHaveCount(24);
  const save = async (kind: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      figure.getByRole('button', { name: kind }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(new RegExp(`-dice\\.${kind.toLowerCase()}$`));
    return readFile((await download.path())!);
  };
  const csv = (await save('CSV')).toString();
  expect(csv.split('\r\n')).toHaveLength(26);
  const svg = (await save('SVG')).toString();
  expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  expect(svg.match(/<circle/g)).toHaveLength(24);
  // No style sheet comes with the file.
  expect(svg).not.toContain('var(--');
  expect((await save('PNG')).subarray(1, 4).toString()).toBe('PNG');
});

test('a hidden phase shows visitors no single case, and says why', async ({ page }) => {
  await page.goto(compareAddress(hidden));
  await expect(page.getByText('Why there are no single cases')).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Wins, ties, losses' })).toHaveCount(0);
  await expect(page.getByRole('table', { name: /Table 2/ })).toBeVisible();
  await expect(page.locator('figure')).toHaveCount(0);
  await expectSound(page);
  await page.goto(at(`/challenges/${hidden.slug}/leaderboard`));
  await page.getByRole('heading', { name: 'Figures' }).scrollIntoViewIfNeeded();
  await expect(page.locator('.plot-box')).toHaveCount(8);
  await expect(page.locator('.plot-dots:not(.large)').first()).toHaveAttribute('d', '');
});
