import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
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

export async function signUp(page: Page, person: Person, next = '/'): Promise<void> {
  await sendSignUp(page, person, next);
  // The address is filled in.
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
}

export async function signIn(page: Page, { email, password }: Omit<Person, 'name'>): Promise<void> {
  await page.goto(at('/sign-in'));
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signInAsOrganizer(page: Page): Promise<void> {
  await signIn(page, ORGANIZER);
  await expect(page.getByRole('link', { name: ORGANIZER.name })).toBeVisible();
}

/** Signs up, creates and registers a team, and opens the submit page. */
export async function joinWithTeam(page: Page, team: string): Promise<void> {
  await signUp(page, newPerson(), SUBMIT_PAGE);
  await page.getByRole('main').getByRole('link', { name: 'Create team' }).click();
  await page.getByLabel('Team name').fill(team);
  await page.getByRole('button', { name: 'Create team' }).click();
  await page.getByRole('button', { name: `Register ${team}` }).click();
  await expect(page.getByLabel('Algorithm and version')).toBeVisible();
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
