import { expect, test } from '@playwright/test';
import pg from 'pg';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, joinWithTeam, newTeamName, signInAsOrganizer, submit } from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

/** The state after twenty retries on full disks. */
async function failByPlatform(submissionId: string): Promise<void> {
  const client = new pg.Client({ connectionString: served().ownerUrl });
  await client.connect();
  await client.query(
    `UPDATE "Evaluation" SET state = 'FAILED', code = 'DISK_FULL' WHERE "submissionId" = $1`,
    [submissionId],
  );
  await client.end();
}

test('a submission that failed because of a platform error is rerun from the console and scored', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  await joinWithTeam(page, newTeamName());
  await submit(page, {
    phase: 'Rehearsal',
    algorithm: 'hit by a full disk',
    archive: served().smallImage,
  });
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(page.getByText('Every case has a score.')).toBeVisible({ timeout: 60_000 });
  await failByPlatform(page.url().split('/').at(-1) as string);
  await page.reload();
  await expect(page.getByText('It uses no quota')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Rerun evaluation' })).toHaveCount(0);

  const organizer = await (await browser.newContext()).newPage();
  await signInAsOrganizer(organizer);
  await organizer.goto(page.url());
  await expect(organizer.getByRole('button', { name: 'Rerun evaluation' })).toBeVisible();
  await organizer.goto(at(`/organize/${CHALLENGE}`));
  const need = organizer.getByText('submission failed because of a platform error');
  await expect(need).toBeVisible();
  await expectSound(organizer);
  await organizer.getByRole('button', { name: 'Rerun submission' }).click();
  await expect(need).toHaveCount(0);
  await expect(organizer.getByText('reran a submission')).toBeVisible();

  await page.reload();
  await expect(page.getByText('Every case has a score.')).toBeVisible({ timeout: 60_000 });
});
