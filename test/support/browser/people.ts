import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { CHALLENGE, ORGANIZER, served } from './served.ts';

export const SUBMIT_PAGE = `/challenges/${CHALLENGE}/submit`;

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** A person that no other test uses. */
export function newPerson(): Person {
  return { name: 'Ada Moreau', email: `${randomUUID()}@heldout.example`, password: randomUUID() };
}

export function newTeamName(): string {
  return `Team ${randomUUID().slice(0, 8)}`;
}

export function at(path: string): string {
  return new URL(path, served().url).href;
}

/** Sends the sign-up form, which leads to the sign-in page. */
export async function sendSignUp(page: Page, person: Person, next = '/'): Promise<void> {
  await page.goto(at(`/sign-up?next=${encodeURIComponent(next)}`));
  await page.getByLabel('Name').fill(person.name);
  await page.getByLabel('Email').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

/** As people do; the other ways in here skip the forms, which take seconds. */
export async function signUpByForm(page: Page, person: Person, next = '/'): Promise<void> {
  await sendSignUp(page, person, next);
  // The address is filled in.
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
}

/** Opens `next` as a new person. */
export async function signUp(page: Page, person: Person, next = '/'): Promise<void> {
  await new SiteClient(served().url).signUp(person);
  await startSession(page, person);
  await page.goto(at(next));
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
}

export async function signIn(page: Page, { email, password }: Omit<Person, 'name'>): Promise<void> {
  await page.goto(at('/sign-in'));
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens no page. */
export function signInAsOrganizer(page: Page): Promise<void> {
  return startSession(page, ORGANIZER);
}

/** Opens the submit page for a new person, whose new team is registered. */
export async function joinWithTeam(page: Page, team: string): Promise<void> {
  const [person, anybody] = [newPerson(), new SiteClient(served().url)];
  await anybody.signUp(person);
  const client = anybody.as(await anybody.createToken(person, 'tests'));
  await client.register(CHALLENGE, await client.createTeam(team));
  await startSession(page, person);
  await page.goto(at(SUBMIT_PAGE));
  await expect(page.getByLabel('Algorithm and version')).toBeVisible();
}

/** Creates and registers a team on the pages, and opens the submit page. */
export async function createTeamByForm(page: Page, team: string): Promise<void> {
  await page.goto(at(SUBMIT_PAGE));
  await page.getByRole('main').getByRole('link', { name: 'Create team' }).click();
  await page.getByLabel('Team name').fill(team);
  await page.getByRole('button', { name: 'Create team' }).click();
  await page.getByRole('button', { name: `Register ${team}` }).click();
  await expect(page.getByLabel('Algorithm and version')).toBeVisible();
}

/** Asks the addresses that the sign-in form uses; the page’s browser has the session then. */
export async function startSession(page: Page, { email, password }: Omit<Person, 'name'>): Promise<void> {
  const { csrfToken } = await (await page.request.get(at('/api/auth/csrf'))).json();
  const form = { csrfToken, email, password };
  const headers = { origin: served().url };
  await page.request.post(at('/api/auth/callback/credentials'), { form, headers, maxRedirects: 0 });
  const cookies = await page.context().cookies(served().url);
  expect(cookies.map(({ name }) => name)).toContain('heldout.session');
}

export interface Sending {
  phase: string;
  algorithm: string;
  /** A path, or a file for the browser. */
  archive: Sent;
  /** A model archive. */
  model?: Sent;
}

type Sent = string | { name: string; mimeType: string; buffer: Buffer };

export async function submit(page: Page, { phase, algorithm, archive, model }: Sending): Promise<void> {
  await page.getByRole('radio', { name: phase }).check();
  await page.getByLabel('Algorithm and version').fill(algorithm);
  await page.getByLabel('Image archive').setInputFiles(archive);
  if (model) await page.getByLabel('Model archive').setInputFiles(model);
  await page.getByRole('button', { name: `Submit to ${phase}` }).click();
}
