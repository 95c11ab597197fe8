import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import pg from 'pg';
import { findings } from '#test/support/browser/axe.ts';
import { at, joinWithTeam, newTeamName, signInAsOrganizer, submit } from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

/** As twenty full disks would leave it. */
async function failByUs(submissionId: string): Promise<void> {
  const client = new pg.Client({ connectionString: served().ownerUrl });
  await client.connect();
  await client.query(
    `UPDATE "Evaluation" SET state = 'FAILED', code = 'DISK_FULL' WHERE "submissionId" = $1`,
    [submissionId],
  );
  await client.end();
}

test('what a fault of ours has ended is run again from the console, and scored', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  await joinWithTeam(page, newTeamName());
  await submit(page, {
    phase: 'Rehearsal',
    algorithm: 'hit by a full disk',
    archive: join(served().images, 'empty.tar'),
  });
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(page.getByText('Every scan has a score.')).toBeVisible({ timeout: 60_000 });
  await failByUs(page.url().split('/').at(-1) as string);
  await page.reload();
  await expect(page.getByText('It has cost nothing of the quota')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run it again' })).toHaveCount(0);

  const organizer = await (await browser.newContext()).newPage();
  await signInAsOrganizer(organizer);
  await organizer.goto(page.url());
  await expect(organizer.getByRole('button', { name: 'Run it again' })).toBeVisible();
  await organizer.goto(at(`/organize/${CHALLENGE}`));
  const need = organizer.getByText('submission ended without a score, by a fault of ours');
  await expect(need).toBeVisible();
  expect(await findings(organizer)).toEqual([]);
  await organizer.getByRole('button', { name: 'Run the submission again' }).click();
  await expect(need).toHaveCount(0);
  await expect(organizer.getByText('ran a submission again')).toBeVisible();

  await page.reload();
  await expect(page.getByText('Every scan has a score.')).toBeVisible({ timeout: 60_000 });
});
