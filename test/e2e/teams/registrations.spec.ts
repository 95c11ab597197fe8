import { randomUUID } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, newTeamName, signInAsOrganizer, signUp } from '#test/support/browser/people.ts';
import { ORGANIZER, served } from '#test/support/browser/served.ts';

const QUESTIONS = [
  { id: 'institution', kind: 'text', label: 'Institution' },
  { id: 'track', kind: 'choice', label: 'Track', options: ['open', 'closed'] },
  { id: 'terms', kind: 'agreement', label: 'We publish our method.' },
];

/** A challenge of its own, because other tests register for the shared one. */
async function createChallenge(): Promise<string> {
  const anybody = new SiteClient(served().url);
  const slug = `by-approval-${randomUUID().slice(0, 8)}`;
  const phase = {
    slug: 'test',
    title: 'Hidden test',
    kind: 'HIDDEN',
    opensAt: '2026-03-01T00:00:00Z',
    closesAt: '2036-03-01T00:00:00Z',
    limits: DEFAULT_LIMITS,
    metrics: [{ metric: 'dice', weight: 1 }],
    submissionsPerDay: 1,
    submissionsTotal: 10,
  };
  const text = { title: 'By approval', question: 'Who may take part?', summary: 'A challenge that asks.' };
  const rules = { registration: 'APPROVAL', registrationQuestions: QUESTIONS };
  const definition = challengeDefinitionSchema.parse({ slug, ...text, ...rules, phases: [phase] });
  await anybody.as(await anybody.createToken(ORGANIZER, 'tests')).createChallenge(definition);
  return slug;
}

test('a team answers, waits, is declined with a reason, asks again and is approved', async ({ browser }) => {
  test.setTimeout(180_000);
  const organizer = await (await browser.newContext()).newPage();
  await signInAsOrganizer(organizer);
  const challenge = await createChallenge();
  const name = newTeamName();
  const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
  await signUp(page, newPerson(), '/teams/new');
  await page.getByLabel('Team name').fill(name);
  await page.getByRole('button', { name: 'Create team' }).click();
  await expect(page.getByRole('heading', { name: 'Challenges' })).toBeVisible();
  await page.goto(at(`/challenges/${challenge}/submit`));
  const register = page.getByRole('button', { name: `Register ${name}` });
  await page.getByLabel('Institution').fill('Example University');
  await register.click();
  await expect(
    page.getByText('Choose one of the options.').or(page.getByText('Answer this question.')),
  ).toBeVisible();
  await expect(page.getByText('You need to agree')).toBeVisible();
  await expect(page.getByLabel('Institution')).toHaveValue('Example University');
  await expectSound(page);
  await page.getByLabel('Track').selectOption('open');
  await page.getByLabel('We publish our method.').check();
  await register.click();
  await expect(page.getByText(`${name} waits for the organizers`)).toBeVisible();

  await organizer.goto(at(`/organize/${challenge}/registrations?state=PENDING`));
  await expect(organizer.getByText('Institution: Example University')).toBeVisible();
  await expectSound(organizer);
  await organizer.getByLabel(`Select ${name}`).check();
  await organizer.getByLabel('Decision').selectOption('decline');
  await organizer.getByRole('button', { name: 'Save decision' }).click();
  await expect(organizer.getByText('Give a reason, or choose a reply.')).toBeVisible();
  await organizer.getByLabel(`Select ${name}`).check();
  await organizer.getByLabel('Reason, for the teams').fill('Which department?');
  await organizer.getByRole('button', { name: 'Save decision' }).click();
  await expect(organizer.getByText('1 registration changed.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Which department?')).toBeVisible();
});
