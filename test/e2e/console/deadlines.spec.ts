import { expect, test } from '@playwright/test';
import { type Database, openDatabase } from '#lib/platform/database.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, signUp } from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';
import { newScene } from '#test/support/site/scene.ts';

/** A team selects the submission that counts, and submits late. */

let db: Database;
test.beforeAll(() => {
  db = openDatabase(served().ownerUrl, { connections: 1 });
});
test.afterAll(() => db.$disconnect());

const DAY_MS = 86_400_000;

/** A person whose team has two scored submissions in a phase of their own. */
async function newEntry() {
  const person = newPerson();
  const scene = await newScene(db, { counting: 'SELECTED' });
  return {
    ...{ person, scene },
    async submissions() {
      const { id: userId } = await db.user.findUniqueOrThrow({ where: { email: person.email } });
      const { id: teamId } = await scene.team(userId);
      const imageId = await scene.image(teamId);
      const ids: string[] = [];
      for (const [algorithm, standing] of [
        ['cascade 1', 'RANKED'],
        ['cascade 2', 'RANKED'],
        ['cascade 3', 'LATE'],
      ] as const) {
        const attempt = { caseCount: 2, scoredCases: 2, state: 'SCORED' as const, finishedAt: new Date() };
        const { id } = await db.submission.create({
          data: {
            ...{ phaseId: scene.phaseId, teamId, userId, imageId, algorithm, standing },
            evaluations: { create: attempt },
          },
        });
        ids.push(id);
      }
      return ids;
    },
  };
}

for (const width of [1440, 390]) {
  test(`at ${width} pixels, a team selects the submission that counts, and sees what is late`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    const { person, scene, submissions } = await newEntry();
    await signUp(page, person);
    const [first, , late] = await submissions();

    await page.goto(at(`/challenges/${scene.challengeSlug}/submissions`));
    await expect(page.getByRole('row', { name: /cascade 3/ })).toContainText('late');
    await page
      .getByRole('row', { name: /cascade 1/ })
      .getByRole('button', { name: 'Select' })
      .click();
    await expect(page.getByRole('row', { name: /cascade 1/ })).toContainText('selected');
    await expect(page.getByRole('row', { name: /cascade 3/ }).getByRole('button')).toHaveCount(0);
    await expectSound(page);

    await page
      .getByRole('row', { name: /cascade 2/ })
      .getByRole('link')
      .click();
    await page.getByRole('button', { name: 'Select this submission' }).click();
    await expect(page.getByText('This one is selected:')).toBeVisible();
    await expectSound(page);
    await page.goto(at(`/submissions/${first}`));
    await expect(page.getByRole('button', { name: 'Select this submission' })).toBeVisible();

    await page.goto(at(`/submissions/${late}`));
    await expect(page.getByText('Submitted after the phase had closed')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Select this submission' })).toHaveCount(0);
  });

  test(`at ${width} pixels, a closed phase offers to submit late, and says that it isn’t ranked`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    const { person, scene, submissions } = await newEntry();
    await signUp(page, person);
    await submissions();
    await db.phase.update({
      where: { id: scene.phaseId },
      data: {
        ...{ opensAt: new Date(Date.now() - 9 * DAY_MS), closesAt: new Date(Date.now() - DAY_MS) },
        ...{ acceptsLate: true, lateUntil: new Date('2099-03-01T11:59:00Z'), zone: 'Etc/GMT+12' },
        ...{ submissionsRolling: 3, rollingHours: 48 },
      },
    });

    await page.goto(at(`/challenges/${scene.challengeSlug}/submit`));
    await expect(page.getByText('Hidden test has closed.')).toBeVisible();
    await expect(page.getByRole('main')).toContainText(
      'late submissions until 28 Feb 2099, 23:59 anywhere on earth aren’t ranked',
    );
    // Three submissions within the last 48 hours use up the rolling window, and the page says until when.
    await expect(page.getByText('Your team has used its 3 submissions of the last 48 h.')).toBeVisible();
    await expect(page.getByText(/You can submit again from/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Submit late to Hidden test' })).toBeDisabled();
    await expectSound(page);

    await page.goto(at(`/challenges/${scene.challengeSlug}`));
    await expect(page.getByRole('row', { name: /Hidden test, last late submissions/ })).toContainText(
      '28 Feb 2099, 23:59 anywhere on earth',
    );
    await expectSound(page);
  });
}
