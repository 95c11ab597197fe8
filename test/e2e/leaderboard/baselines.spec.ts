import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { expectSoundAt } from '#test/support/browser/axe.ts';
import { at, signInAsOrganizer } from '#test/support/browser/people.ts';
import { ORGANIZER, served } from '#test/support/browser/served.ts';
import { newScene, type Scene, type SceneOptions } from '#test/support/site/scene.ts';
import { scoredSubmission } from '#test/support/site/scores/scored-submission.ts';

/** An organizer names baselines, and rehearses a phase before it opens. */
let db: Database;
test.beforeAll(() => {
  db = openDatabase(served().ownerUrl, { connections: 2 });
});
test.afterAll(() => db.$disconnect());

const DAY_MS = 86_400_000;

/** A challenge of the organizer's. */
async function newChallenge(options: SceneOptions = {}): Promise<Scene & { userId: string }> {
  const scene = await newScene(db, options);
  const { id: userId } = await db.user.findFirstOrThrow({ where: { email: ORGANIZER.email } });
  await db.organizer.create({ data: { challengeId: scene.challengeId, userId, role: 'OWNER' } });
  return { ...scene, userId };
}

/** A scored submission of a new team. */
async function scored(scene: Scene, cases: readonly [number, number]) {
  return await scoredSubmission({ owner: db, runner: db }, scene, cases);
}

/** The same of a team with an organizer, who take part with no other team. */
async function scoredByOrganizer(scene: Scene, cases: readonly [number, number]): Promise<string> {
  const { id, teamId } = await scored(scene, cases);
  const name = `Otto ${randomUUID()}`;
  const { id: userId } = await db.user.create({ data: { name, email: `${randomUUID()}@example.org` } });
  await db.organizer.create({ data: { challengeId: scene.challengeId, userId, role: 'EDITOR' } });
  await db.membership.create({ data: { teamId, userId, role: 'MEMBER' } });
  return id;
}

/** The page is accessible and not wider than the window, on a desktop and on a phone. */
async function inspect(page: Page): Promise<void> {
  await expectSoundAt(page, [390, 1440]);
}

test('an organizer makes submissions baselines: rows without a rank, lines in the figures, and back', async ({
  page,
}) => {
  const scene = await newChallenge();
  await scored(scene, [0.9, 0.7]);
  await scored(scene, [0.6, 0.5]);
  const ids = [await scoredByOrganizer(scene, [0.75, 0.65]), await scoredByOrganizer(scene, [0.2, 0.1])];
  await signInAsOrganizer(page);
  for (const [index, name] of ['3D U-Net', 'Intensity threshold'].entries()) {
    await page.goto(at(`/submissions/${ids[index]}`));
    await page.getByText('Make it a baseline …').click();
    await page.getByLabel('Name on the leaderboard').fill(name);
    await page.getByRole('button', { name: 'Make it a baseline' }).click();
    await expect(page.getByText(`Baseline “${name}”.`)).toBeVisible();
  }
  await inspect(page);

  await page.goto(at(`/challenges/${scene.challengeSlug}/leaderboard?phase=test`));
  const row = page.getByRole('row', { name: /^Baseline 3D U-Net/ });
  await expect(row.getByRole('cell', { name: 'Baseline' })).toBeVisible();
  await expect(row).toContainText('0.700');
  await expect(page.locator('.leaderboard tbody:not(.baselines) td.rank')).toHaveCount(2);
  await expect(
    page.getByRole('columnheader', { name: /lines at 0\.150 \(Intensity threshold\) and 0\.700/ }),
  ).toHaveCount(1);
  await page.getByRole('figure', { name: /so far/ }).scrollIntoViewIfNeeded();
  await expect(page.getByRole('figure', { name: /so far/ })).toContainText(
    'Dotted lines: mean Dice of the organizers’ baselines, 3D U-Net 0.700 and Intensity threshold 0.150.',
  );
  await inspect(page);

  await page.goto(at(`/submissions/${ids[0]}`));
  await page.getByText('Undo baseline …').click();
  await page.getByRole('button', { name: 'Undo baseline' }).click();
  await expect(page.getByText('Make it a baseline …')).toBeVisible();
});

test('an organizer sees how far a rehearsal is, and removes it', async ({ page }) => {
  const now = Date.now();
  const scene = await newChallenge({ opensAt: new Date(now + DAY_MS), closesAt: new Date(now + 9 * DAY_MS) });
  const { id, teamId } = await scored(scene, [0.75, 0.65]);
  await db.membership.create({ data: { teamId, userId: scene.userId, role: 'MEMBER' } });
  await db.submission.update({ where: { id }, data: { standing: 'REHEARSAL', algorithm: '3D U-Net 1.2' } });
  await signInAsOrganizer(page);
  const address = `/organize/${scene.challengeSlug}/phases/test`;
  await page.goto(at(address));
  const section = page.getByRole('region', { name: 'Rehearsal' });
  await expect(section).toContainText(/Rehearsal until .*; 1 of 1 baseline scored/);
  await expect(section.getByRole('row', { name: /3D U-Net 1\.2/ })).toContainText('scored');
  await inspect(page);
  await section.getByRole('link', { name: 'Rehearse with a baseline' }).click();
  await expect(page.getByText('Rehearsal of Hidden test.')).toBeVisible();
  await inspect(page);
  await page.goto(at(`/submissions/${id}`));
  await expect(page.getByText('Only organizers see it')).toBeVisible();

  await page.goto(at(address));
  await section.getByText('Remove the rehearsal …').click();
  await section.getByRole('button', { name: 'Remove the rehearsal' }).click();
  await expect(section).not.toContainText('scored');
  expect(await db.submission.count({ where: { id } })).toBe(0);
});
