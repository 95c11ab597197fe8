import { buffer } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import { pack } from 'tar-stream';
import { PROBLEM_TYPE, problemSchema } from '#lib/api/problem.ts';
import { ERROR_EXPLANATIONS } from '#lib/domain/evaluations/codes.ts';
import {
  at,
  joinWithTeam,
  newPerson,
  newTeamName,
  SUBMIT_PAGE,
  signIn,
  signUp,
  submit,
} from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

test('a failed sign-in doesn’t reveal whether the email or the password was wrong', async ({ page }) => {
  const person = newPerson();
  await signUp(page, person);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();

  await signIn(page, { email: person.email, password: 'not the password' });
  const refusal = page.getByText('The email address or password is wrong.');
  await expect(refusal).toBeVisible();
  await signIn(page, { email: `nobody-${person.email}`, password: person.password });
  await expect(refusal).toBeVisible();

  await signIn(page, person);
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
});

test('an invalid sign-up shows an error at each field and keeps the typed values', async ({ page }) => {
  await page.goto(at('/sign-up'));
  await page.getByLabel('Name').fill('Ada Moreau');
  await page.getByLabel('Email').fill('not an address');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByText('At least 10 characters.').last()).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Name')).toHaveValue('Ada Moreau');
  await expect(page.getByLabel('Password')).toHaveValue('');
});

test('a file that isn’t an archive is refused before or during the upload, and nothing is submitted', async ({
  page,
}) => {
  await joinWithTeam(page, newTeamName());
  await page.getByLabel('Image archive').setInputFiles({
    name: 'scan.nii.gz',
    mimeType: 'application/gzip',
    buffer: Buffer.from('a scan'),
  });
  await expect(page.getByText('The file name doesn’t end in .tar')).toBeVisible();

  const text = Buffer.from('this is no archive'.repeat(100));
  const archive = { name: 'image.tar', mimeType: 'application/x-tar', buffer: text };
  await submit(page, { phase: 'Rehearsal', algorithm: 'not an image', archive });
  await expect(page.getByText('This file isn’t an image archive')).toBeVisible();
  await expect(page).toHaveURL(at(SUBMIT_PAGE));
});

test('an archive without an image fails with a code, its meaning and what to do', async ({ page }) => {
  test.setTimeout(120_000);
  await joinWithTeam(page, newTeamName());
  const tar = pack();
  tar.entry({ name: 'readme.txt' }, 'there is no image in this archive');
  tar.finalize();
  const archive = { name: 'image.tar', mimeType: 'application/x-tar', buffer: await buffer(tar) };
  await submit(page, { phase: 'Rehearsal', algorithm: 'a text file', archive });
  await page.waitForURL(/\/submissions\//);
  await expect(page.getByText('IMAGE_INVALID').first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(ERROR_EXPLANATIONS.IMAGE_INVALID.meaning).first()).toBeVisible();
  await expect(page.getByText('docker save').first()).toBeVisible();
});

test('a closed phase can’t be chosen, and a request for it is refused', async ({ page }) => {
  const team = newTeamName();
  await joinWithTeam(page, team);
  await expect(page.getByRole('radio', { name: 'Past round' })).toBeDisabled();

  const slug = team.toLowerCase().replace(' ', '-');
  const place = new URLSearchParams({ team: slug, challenge: CHALLENGE, phase: 'past' });
  const answer = await page.request.post(at(`/api/v1/images?${place}`), {
    headers: { origin: served().url, 'x-file-name': 'image.tar', 'content-type': 'application/octet-stream' },
    data: Buffer.alloc(2048),
  });
  expect(answer.status()).toBeGreaterThanOrEqual(400);
  const { code, detail } = problemSchema.parse(await answer.json());
  expect(code).toBe('PHASE_NOT_OPEN');
  expect(detail).toMatch(/closed|not open/i);
});

test('a request from another site is refused despite the session cookie', async ({ page }) => {
  await joinWithTeam(page, newTeamName());
  const answer = await page.request.post(at('/api/v1/teams'), {
    headers: { origin: 'https://elsewhere.example' },
    data: { name: 'Stolen' },
  });
  expect(answer.status()).toBe(403);
});

test('programs get a problem for an address or a method that the API does not have', async ({ request }) => {
  for (const [method, path, status, code] of [
    ['GET', '/api', 404, 'NOT_FOUND'],
    ['POST', '/api/v1/no/such/address', 404, 'NOT_FOUND'],
    ['DELETE', '/api/v1/teams', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/v1/teams', 405, 'METHOD_NOT_ALLOWED'],
  ] as const) {
    const answer = await request.fetch(at(path), { method });
    expect(answer.status(), `${method} ${path}`).toBe(status);
    expect(answer.headers()['content-type']).toBe(PROBLEM_TYPE);
    expect(problemSchema.parse(await answer.json())).toMatchObject({ status, code });
  }
});

test('a missing page returns 404, and a protected one leads to sign-in', async ({ page }) => {
  const answer = await page.goto(at('/challenges/no-such-challenge'));
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.goto(at(SUBMIT_PAGE));
  await expect(page).toHaveURL(/sign-in/);
});
