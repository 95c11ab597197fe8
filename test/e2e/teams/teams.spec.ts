import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, newTeamName, signUp, signUpByForm } from '#test/support/browser/people.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

async function newBrowser(browser: Browser, viewport: (typeof SIZES)[number], name: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  await signUp(page, { ...newPerson(), name });
  return page;
}

async function createTeam(page: Page, team: string): Promise<string> {
  await page.goto(at('/teams/new?next=/account'));
  await page.getByLabel('Team name').fill(team);
  await page.getByRole('button', { name: 'Create team' }).click();
  await page.getByRole('main').getByRole('link', { name: team }).click();
  await expect(page.getByRole('heading', { level: 1, name: team })).toBeVisible();
  return new URL(page.url()).pathname;
}

async function invite(page: Page, people: string): Promise<string> {
  await page.getByLabel('People', { exact: true }).fill(people);
  await page.getByRole('button', { name: 'Create link' }).click();
  await expect(page.getByText('Link created.')).toBeVisible();
  return (await page
    .getByText(/\/invitations\//)
    .first()
    .textContent())!;
}

/** What opens the question before something that can't be undone. */
const question = (page: Page, label: string) => page.locator('summary').filter({ hasText: label });

const rowOf = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

for (const viewport of SIZES) {
  test(`people join by invitation and by asking, and leave, at ${viewport.width} px`, async ({ browser }) => {
    test.setTimeout(180_000);
    const owner = await newBrowser(browser, viewport, 'Ada Moreau');
    const team = newTeamName();
    const path = await createTeam(owner, team);
    await expectSound(owner);
    await owner.getByRole('link', { name: 'Manage team' }).click();
    await expect(owner.getByText('No open invitations.')).toBeVisible();

    // What is wrong stands beside the field, and what was typed stays.
    await owner.getByLabel('People', { exact: true }).fill('0');
    await owner.getByRole('button', { name: 'Create link' }).click();
    await expect(owner.getByLabel('People', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await expect(owner.getByLabel('People', { exact: true })).toHaveValue('0');
    const link = await invite(owner, '1');
    await expectSound(owner);

    // A visitor signs up on the way, and is a member then.
    const bob = await (await browser.newContext({ viewport })).newPage();
    await bob.goto(at(new URL(link).pathname));
    await expect(bob.getByRole('heading', { name: `Join ${team}` })).toBeVisible();
    await expectSound(bob);
    await signUpByForm(bob, { ...newPerson(), name: 'Bob Okafor' }, new URL(link).pathname);
    await bob.getByRole('button', { name: 'Join team' }).click();
    await expect(rowOf(bob, 'Bob Okafor (you)')).toContainText('member');
    await expect(bob.getByRole('button', { name: /^Create link/ })).toHaveCount(0);
    await bob.getByRole('button', { name: 'Show my name' }).click();
    await expect(rowOf(bob, 'Bob Okafor (you)')).not.toContainText('not shown');
    await expectSound(bob);

    // The link is used up. Who asks instead is declined with a reason, asks again and is accepted.
    const cleo = await newBrowser(browser, viewport, 'Cleo Tanaka');
    await cleo.goto(at(new URL(link).pathname));
    await expect(cleo.getByText('has been used up')).toBeVisible();
    await expectSound(cleo);
    await cleo.goto(at(path));
    await expect(cleo.getByText('Bob Okafor')).toBeVisible();
    await expect(cleo.getByText('Ada Moreau')).toHaveCount(0);
    const ask = async (message: string) => {
      await cleo.getByLabel('Message to the owner').fill(message);
      await cleo.getByRole('button', { name: 'Ask to join' }).click();
      await expect(cleo.getByText('hasn’t answered yet')).toBeVisible();
    };
    await ask('I know the data.');
    await expectSound(cleo);
    await owner.reload();
    await expect(owner.getByText('I know the data.')).toBeVisible();
    await question(owner, 'Decline Cleo Tanaka').click();
    await owner.getByRole('button', { name: 'Decline request' }).click();
    await expect(owner.getByText('Give a reason.')).toBeVisible();
    await expectSound(owner);
    await owner.getByLabel('Reason').fill('Tell us more about you.');
    await owner.getByRole('button', { name: 'Decline request' }).click();
    await expect(owner.getByText('I know the data.')).toHaveCount(0);
    await cleo.reload();
    await expect(cleo.getByText('Tell us more about you.')).toBeVisible();
    await ask('I traced lesions for ten years.');
    await owner.reload();
    await owner.getByRole('button', { name: 'Accept Cleo Tanaka' }).click();
    await expect(rowOf(owner, 'Cleo Tanaka')).toContainText('member');

    // Each question is asked first. The new owner removes, the former one leaves.
    await question(owner, 'Make Bob Okafor the owner').click();
    await owner.getByRole('button', { name: 'Hand over the team' }).click();
    await expect(rowOf(owner, 'Ada Moreau (you)')).toContainText('member');
    await bob.reload();
    await question(bob, 'Remove Cleo Tanaka').click();
    await expectSound(bob);
    await bob.getByRole('button', { name: 'Remove member' }).click();
    await expect(rowOf(bob, 'Cleo Tanaka')).toHaveCount(0);
    expect((await cleo.goto(at(`${path}/manage`)))?.status()).toBe(404);
    await owner.reload();
    await question(owner, 'Leave team').click();
    await expectSound(owner);
    await owner.getByRole('button', { name: `Leave ${team}` }).click();
    await expect(owner.getByText('Ask to join')).toBeVisible();
    await expect(owner).toHaveURL(at(path));

    // The last one dissolves it, after typing its name.
    await bob.reload();
    await question(bob, 'Dissolve team').click();
    const button = bob.getByRole('button', { name: 'Dissolve team' });
    await bob.getByLabel('Team name, to confirm').fill('another');
    await button.click();
    await expect(bob.getByText(`Enter the team’s name, ${team}, to confirm.`)).toBeVisible();
    await expectSound(bob);
    await bob.getByLabel('Team name, to confirm').fill(team);
    await button.click();
    await expect(bob.getByText('This team was dissolved')).toBeVisible();
    await expectSound(bob);
  });

  test(`two owners merge their teams, at ${viewport.width} px`, async ({ browser }) => {
    test.setTimeout(120_000);
    const [first, second] = [newTeamName(), newTeamName()];
    const ada = await newBrowser(browser, viewport, 'Ada Moreau');
    const bob = await newBrowser(browser, viewport, 'Bob Okafor');
    const [from, into] = [await createTeam(ada, first), await createTeam(bob, second)];
    await ada.goto(at(`${from}/manage`));
    await ada.getByLabel('Other team', { exact: true }).fill('no-such-team');
    await ada.getByRole('button', { name: /^Ask to merge/ }).click();
    await expect(ada.getByText('There is no team with this address.')).toBeVisible();
    await expect(ada.getByLabel('Other team', { exact: true })).toHaveValue('no-such-team');
    await ada.getByLabel('Other team', { exact: true }).fill(into.split('/').at(-1)!);
    await ada.getByRole('button', { name: /^Ask to merge/ }).click();
    await expect(ada.getByText('hasn’t answered yet')).toBeVisible();
    await bob.goto(at(`${into}/manage`));
    await question(bob, `Merge ${first} into this team`).click();
    await expectSound(bob);
    await bob.getByRole('button', { name: 'Merge the teams' }).click();
    await expect(rowOf(bob, 'Ada Moreau')).toContainText('member');
    await ada.goto(at(from));
    await expect(ada.getByText('This team merged into')).toBeVisible();
    await expectSound(ada);
  });
}
