import { expect, type Page, test } from '@playwright/test';
import { totpCode, totpStep } from '#lib/site/accounts/two-factor/totp.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { press, tabTo, typeInto } from '#test/support/browser/keyboard.ts';
import { type MailingSite, openMailingSite } from '#test/support/browser/mailing-site.ts';
import { newPerson, newTeamName, type Person } from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';
import { linkIn } from '#test/support/mail/mail-server.ts';

/** Accounts with mailed links, on a site that sends mail, at the widths of a desk and of a phone. */

const WIDTHS = [1440, 390] as const;

let mailing: MailingSite;
test.beforeAll(async () => {
  mailing = await openMailingSite();
});
test.afterAll(() => mailing.close());

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

async function signUp(page: Page, person: Person): Promise<void> {
  await page.goto(mailing.at('/sign-up'));
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(heading(page, 'Check your mail')).toBeVisible();
  const link = linkIn(await mailing.mail.next(person.email), '/sign-up/confirm');
  await page.goto(link.href);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
}

async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.goto(mailing.at('/sign-in'));
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
}

for (const width of WIDTHS) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });

    test('from sign-up by a mailed link to a scored submission with the keyboard alone', async ({ page }) => {
      test.setTimeout(180_000);
      const [person, team] = [newPerson(), newTeamName()];
      await page.goto(mailing.at('/sign-up'));
      await expectSound(page);
      await typeInto(page, page.getByLabel('Name'), person.name);
      await typeInto(page, page.getByLabel('Email'), person.email);
      await typeInto(page, page.getByLabel('Password', { exact: true }), person.password);
      await page.keyboard.press('Enter');
      await expect(heading(page, 'Check your mail')).toBeVisible();
      await expectSound(page);

      await page.goto(linkIn(await mailing.mail.next(person.email), '/sign-up/confirm').href);
      await expectSound(page);
      await typeInto(page, page.getByLabel('Password'), person.password);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('link', { name: person.name })).toBeVisible();

      await page.goto(mailing.at(`/challenges/${CHALLENGE}/submit`));
      await press(page, page.getByRole('main').getByRole('link', { name: 'Create team' }));
      await typeInto(page, page.getByLabel('Team name'), team);
      await page.keyboard.press('Enter');
      await press(page, page.getByRole('button', { name: `Register ${team}` }));
      await expect(page.getByLabel('Algorithm and version')).toBeVisible();
      await expectSound(page);

      // The phases are one group of radio buttons: Tab reaches the chosen one, arrows choose another.
      const hidden = page.getByRole('radio', { name: 'Hidden test' });
      await tabTo(page, page.getByRole('radio', { checked: true }));
      for (let step = 0; step < 3 && !(await hidden.isChecked()); step += 1) {
        await page.keyboard.press('ArrowDown');
      }
      await expect(hidden).toBeChecked();
      await typeInto(page, page.getByLabel('Algorithm and version'), 'empty mask 1.0');
      await tabTo(page, page.getByLabel('Image archive'));
      const chooser = page.waitForEvent('filechooser');
      await page.keyboard.press('Enter');
      await (await chooser).setFiles(served().smallImage);
      await press(page, page.getByRole('button', { name: 'Submit to Hidden test' }));
      await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
      await expect(page.getByText('Every case has a score.')).toBeVisible({ timeout: 90_000 });

      await expect(async () => {
        await page.goto(mailing.at('/account/notifications'));
        await expect(page.getByRole('link', { name: /was scored$/ })).toBeVisible({ timeout: 1000 });
      }).toPass({ timeout: 40_000 });
      const bell = page.getByRole('banner').getByRole('link', { name: /^Notifications/ });
      await expect(bell).toHaveText(/Notifications 1$/);
      await expectSound(page);
      await press(page, page.getByRole('button', { name: /^Mark read/ }));
      await expect(page.getByRole('heading', { name: 'Nothing unread' })).toBeVisible();
      await expect(bell).toHaveText(/Notifications $/);
      await tabTo(page, page.getByLabel('Ended submissions of your teams: On this site'));
      await page.keyboard.press('Space');
      await press(page, page.getByRole('button', { name: 'Save choices' }));
      await expect(page.getByText('Choices saved.')).toBeVisible();
      await page.reload();
      await expect(page.getByLabel('Ended submissions of your teams: On this site')).not.toBeChecked();
    });

    test('a lost password is reset with a mailed link, which works once', async ({ page }) => {
      const person = newPerson();
      await signUp(page, person);
      await signOut(page);
      await page.goto(mailing.at('/sign-in'));
      await expectSound(page);
      await page.getByRole('link', { name: /reset your password/i }).click();
      await expect(heading(page, 'Reset your password')).toBeVisible();
      await expectSound(page);
      await page.getByLabel('Email').fill(person.email);
      await page.getByRole('button', { name: 'Send link' }).click();
      const link = linkIn(await mailing.mail.next(person.email), '/reset-password/new');
      await page.goto(link.href);
      await expectSound(page);
      const changed = { ...person, password: `${person.password}-changed` };
      await page.getByLabel('New password').fill(changed.password);
      await page.getByRole('button', { name: 'Set password' }).click();
      await expect(page.getByRole('button', { name: 'Set password' })).toHaveCount(0);
      await page.context().clearCookies();
      await signIn(page, person);
      await expect(page.getByText('The email address or password is wrong.')).toBeVisible();
      await signIn(page, changed);
      await expect(page.getByRole('link', { name: person.name })).toBeVisible();
      await page.goto(link.href);
      await expect(page.getByRole('link', { name: 'Request a new link' })).toBeVisible();
      await expectSound(page);
    });

    test('a second factor is set up, asks for a code, and a recovery code works once', async ({ page }) => {
      test.setTimeout(120_000);
      const person = newPerson();
      await signUp(page, person);
      await page.goto(mailing.at('/account'));
      await expectSound(page);
      const section = page.getByRole('region', { name: 'Second factor' });
      await section.getByLabel('Your password').fill(person.password);
      await section.getByRole('button', { name: 'Set up' }).click();
      const secret = fromBase32(await section.locator('.mono').innerText());
      await expectSound(page);
      await section.getByLabel('Code').fill(totpCode(secret, totpStep(new Date())));
      await section.getByRole('button', { name: 'Turn on' }).click();
      const codes = (await section.locator('.secret').innerText()).split('\n');
      expect(codes).toHaveLength(10);
      await expectSound(page);

      const signInWith = async (code: string) => {
        await signOut(page);
        await signIn(page, person);
        await expect(heading(page, 'Enter your code')).toBeVisible();
        await page.getByLabel('Code').fill(code);
        await page.getByRole('button', { name: 'Sign in' }).click();
      };
      // The next step, because the code of this one was used for setting it up.
      await signInWith(totpCode(secret, totpStep(new Date()) + 1));
      await expect(page.getByRole('link', { name: person.name })).toBeVisible();
      await signInWith(codes[0]!);
      await expect(page.getByRole('link', { name: person.name })).toBeVisible();
      await signInWith(codes[0]!);
      await expect(page.getByRole('main').locator('.refusal, .error').first()).toBeVisible();
      await expectSound(page);
      await page.getByLabel('Code').fill(codes[1]!);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('link', { name: person.name })).toBeVisible();
    });
  });
}

/** RFC 4648. */
function fromBase32(text: string): Uint8Array {
  const digits = [...text].map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit));
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
