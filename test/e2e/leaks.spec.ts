import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type APIRequestContext, expect, type Page, request, test } from '@playwright/test';
import { leaderboardViewSchema } from '#lib/api/leaderboards/leaderboards.ts';
import { createRankingResponseSchema } from '#lib/api/rankings/permanent.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import {
  at,
  newPerson,
  newTeamName,
  type Person,
  signIn,
  signInAsOrganizer,
} from '#test/support/browser/people.ts';
import { CHALLENGE, PHASES, served } from '#test/support/browser/served.ts';
import { buildSmuggler, tracesOf } from '#test/support/browser/smuggler.ts';

/**
 * Tests the table "What a team sees of a hidden phase" of docs/administrators/sandbox.md: a team submits a container that
 * leaks hidden data through everything it can write, and reads every page and route, during the run and afterwards.
 */
const [, REHEARSAL, HIDDEN] = PHASES;
/** In names of files too. */
const TRACES = ['SMUGGLED', ...tracesOf(HIDDEN.cases)];
/** Of the sealed set's own names. */
const CASE_NAME = /sub-?r001s00/;
const MINUTE = /:00\.000Z$/;

interface Team {
  person: Person;
  client: SiteClient;
  token: string;
  place: { team: string; challenge: string };
  imageId: string;
}

const PHASE = `/api/v1/challenges/${CHALLENGE}/phases/test`;
const DATASETS = `/api/v1/challenges/${CHALLENGE}/datasets`;

let team: Team;
/** A permanent link to the ranking with the submission that leaks. */
let ranking = '';
test.beforeAll(async () => {
  const archive = join(served().home, 'smuggler.tar');
  await buildSmuggler(archive);
  const anybody = new SiteClient(served().url);
  const person = newPerson();
  await anybody.signUp(person);
  const token = await anybody.createToken(person, 'smuggler');
  const client = anybody.as(token);
  const place = { team: await client.createTeam(newTeamName()), challenge: CHALLENGE };
  await client.register(CHALLENGE, place.team);
  const image = await client.uploadImage({ ...place, phase: 'test' }, archive, () => undefined);
  team = { person, client, token, place, imageId: image.id };
});

function send(phase: string): Promise<string> {
  const { client, place, imageId } = team;
  return client.submit({ ...place, phase, imageId, algorithm: 'smuggler 1' });
}

/** Every event until the evaluation has ended, as the team receives them. */
async function followEvents(id: string): Promise<string> {
  const headers = { authorization: `Bearer ${team.token}` };
  const response = await fetch(at(`/api/v1/submissions/${id}/events`), { headers });
  expect(response.status).toBe(200);
  return response.text();
}

/** All responses to a reader who follows every link of the site, and those of some further addresses. */
async function readEverything(reader: APIRequestContext, further: readonly string[]) {
  const answers = new Map<string, string>();
  const left = ['/', ...further];
  const kinds = new Map<string, Set<string>>();
  for (let path = left.shift(); path !== undefined; path = left.shift()) {
    if (answers.has(path)) continue;
    const isPage = !path.startsWith('/api/') && path !== '/healthz';
    // As a browser loads a page, and as Next’s client does when it follows a link.
    const texts = [await textAt(reader, path)];
    if (isPage) texts.push(await textAt(reader, path, { RSC: '1' }));
    answers.set(path, texts.join('\n'));
    for (const [, link] of texts[0]!.matchAll(/href="(\/[^"#]*)/g)) {
      const address = new URL(at(link!.replaceAll('&amp;', '&')));
      // Every page, but not every order of its rows: three addresses of each kind.
      const kind = [address.pathname, ...address.searchParams.keys()].join(' ');
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(address.pathname + address.search));
      if (kinds.get(kind)!.size <= 3) left.push(address.pathname + address.search);
    }
  }
  return answers;
}

async function textAt(reader: APIRequestContext, path: string, headers: Record<string, string> = {}) {
  const answer = await reader.get(at(path), { headers, maxRedirects: 0 });
  return `${answer.status()} ${JSON.stringify(answer.headers())}\n${await answer.text()}`;
}

/** Addresses without a link: API routes, missing pages and protected pages. */
function furtherAddresses(id: string): string[] {
  return [
    `${PHASE}/badge.svg`,
    `${PHASE}/card.png`,
    `${PHASE}/embed.json`,
    `/embed/${CHALLENGE}/test`,
    `/challenges/${CHALLENGE}/teams`,
    `/challenges/${CHALLENGE}/leaderboard/${ranking}`,
    ...['', '/ranking.csv', '/citation.bib', '/citation.ris', '/card.png'].map(
      (rest) => `/api/v1/rankings/${ranking}${rest}`,
    ),
    `/submissions/${id}`,
    `/api/v1/submissions/${id}`,
    `/api/v1/submissions/${id}/events`,
    `/api/v1/challenges/${CHALLENGE}`,
    `/api/v1/challenges/${CHALLENGE}/announcements`,
    '/api/v1/notifications',
    `${PHASE}/leaderboard`,
    `${PHASE}/leaderboard.csv`,
    `${PHASE}/figures`,
    DATASETS,
    `${DATASETS}/scans`,
    ...['', '/scans', '/scans/1.0', '/scans/decrypt'].map((rest) => `/challenges/${CHALLENGE}/data${rest}`),
    ...['croissant.json', 'citation.bib', 'CITATION.cff'].map(
      (name) => `${DATASETS}/scans/releases/1.0/${name}`,
    ),
    ...['files', 'SHA256SUMS', 'content?path=README', 'archive.tar.gz', 'archive.tar.gz?as=age'].map(
      (rest) => `${DATASETS}/scans/releases/1.0/variants/native/${rest}`,
    ),
    '/api/v1/openapi.json',
    `/api/v1/images?team=${team.place.team}`,
    `/api/v1/models?team=${team.place.team}`,
    '/api/v1/runners',
    '/api/v1/no/such/address',
    '/healthz',
    '/account',
    '/teams/new',
    '/sign-in',
    '/sign-up',
    '/sign-up/sent',
    '/sign-up/confirm',
    '/sign-in/code',
    '/sign-in/identity',
    '/sign-in/link',
    '/sign-in/link/open',
    '/reset-password',
    '/reset-password/new',
    '/account/address',
    '/account/export',
    '/account/notifications',
    '/admin',
    '/admin/users',
    '/admin/challenges',
    '/admin/runners',
    '/admin/storage',
    '/admin/mail',
    '/admin/limits',
    '/account/two-factor',
    '/account/download-key',
    '/account/download-key/test?as=age',
    '/organize/new',
    '/organize/invitations/00000000-0000-4000-8000-000000000000',
    `/organize/${CHALLENGE}`,
    `/organize/${CHALLENGE}/submissions`,
    `/organize/${CHALLENGE}/submissions/duplicates`,
    `/organize/${CHALLENGE}/queue`,
    `/organize/${CHALLENGE}/leaks`,
    `/organize/${CHALLENGE}/rescorings`,
    `/organize/${CHALLENGE}/audit`,
    `/organize/${CHALLENGE}/results`,
    `/organize/${CHALLENGE}/export`,
    `/organize/${CHALLENGE}/export/cases.json`,
    `/organize/${CHALLENGE}/results/test`,
    `/organize/${CHALLENGE}/settings`,
    `/organize/${CHALLENGE}/organizers`,
    `/organize/${CHALLENGE}/phases/test`,
    `/organize/${CHALLENGE}/phases/test/test-set`,
    `/organize/${CHALLENGE}/phases/new`,
    `/api/v1/challenges/${CHALLENGE}/definition`,
    '/dev/mail',
    '/unsubscribe?token=x',
    '/unsubscribe/one-click?token=x',
    `/organize/${CHALLENGE}/registrations`,
    `/organize/${CHALLENGE}/data`,
    `/organize/${CHALLENGE}/data/downloads`,
    `/organize/${CHALLENGE}/data/scans`,
    `/organize/${CHALLENGE}/data/scans/releases`,
    `/challenges/${CHALLENGE}/data/scans/request`,
    '/account/data',
    `/api/v1/challenges/${CHALLENGE}/data-requests`,
    `/api/v1/challenges/${CHALLENGE}/hidden-subjects`,
    `${PHASE}/test-set/upload?sha256=${'a'.repeat(64)}`,
    ...['request', 'access'].map((rest) => `${DATASETS}/scans/${rest}`),
    `/organize/${CHALLENGE}/announcements`,
    `/organize/${CHALLENGE}/announcements/x`,
    `/challenges/${CHALLENGE}/announcements`,
    `/challenges/${CHALLENGE}/calendar.ics`,
    `/challenges/${CHALLENGE}/logo/${'a'.repeat(64)}`,
    `/api/v1/challenges/${CHALLENGE}/registrations`,
    `/challenges/${CHALLENGE}/submissions`,
    `/api/v1/submissions?team=${team.place.team}`,
    `/teams/${team.place.team}`,
    `/teams/${team.place.team}/manage`,
    `/api/v1/teams/${team.place.team}`,
    `/api/v1/teams/${team.place.team}/management`,
    `/invitations/${'A'.repeat(54)}`,
    `/api/v1/invitations/${'A'.repeat(54)}`,
    '/submissions/00000000-0000-4000-8000-000000000000',
    `/submissions/${id}x`,
    '/no/such/page',
  ];
}

/** The files of app/ that answer a GET, as patterns of addresses. */
function routes(): [string, RegExp][] {
  const app = join(import.meta.dirname, '../../app');
  const files = globSync('**/{page.tsx,route.ts}', { cwd: app });
  const posts =
    /\/(cancel|rerun|scorer|test-set|decisions|teams|tokens|users|invitations|revoke|accept|requests|decision|remove|visibility|leave|hand-over|dissolve|merges|rankings|final-ranking|undo|select|read|answer|withdrawal|signature|trace|publication|\[version\]|\[variant\])\/route\.ts$|^api\/v1\/challenges\/route\.ts$|^api\/auth|^sign-in\/with/;
  return files
    .filter((file) => !posts.test(file))
    .map((file) => {
      const folder = file.replace(/\/?(page\.tsx|route\.ts)$/, '').replaceAll('.', '\\.');
      const pattern = folder.replaceAll(/\[\[\\.[^\]]+\]\]/g, '.+').replaceAll(/\[[^\]]+\]/g, '[^/?]+');
      return [file, new RegExp(`^/${pattern}(\\?|$)`)];
    });
}

function expectNoLeak(answers: ReadonlyMap<string, string>): void {
  for (const [path, text] of answers) {
    for (const trace of TRACES) expect(text.includes(trace), `${trace} at ${path}`).toBe(false);
    expect(CASE_NAME.test(text), `the name of a case at ${path}`).toBe(false);
  }
}

/** Times are whole minutes, and there are no details of a case. */
function expectCoarse({ evaluation }: Pick<SubmissionView, 'evaluation'>): void {
  const { createdAt, startedAt, imageReadyAt, firstCaseAt, finishedAt } = evaluation;
  for (const time of [startedAt, imageReadyAt, firstCaseAt, finishedAt]) {
    if (time !== null && time !== createdAt) expect(time).toMatch(MINUTE);
  }
  for (const group of evaluation.caseErrors) expect(group).toMatchObject({ cases: [] });
  expect(JSON.stringify(evaluation)).not.toMatch(
    /"(log|seconds|exitCode|peakMemoryBytes|recordedAt|caseIndex)"/,
  );
}

async function signedIn(page: Page, person: Person): Promise<APIRequestContext> {
  await signIn(page, person);
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
  return page.request;
}

test('a smuggling container reveals nothing about hidden scans on any page or route', async ({ page }) => {
  test.setTimeout(180_000);
  const id = await send('test');
  const reader = await signedIn(page, team.person);
  const following = followEvents(id);
  // Repeatedly during the run, until the last event arrives.
  let isOver = false;
  const over = following.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const path of [`/api/v1/submissions/${id}`, `/submissions/${id}`]) {
      expectNoLeak(new Map([[path, await textAt(reader, path)]]));
    }
  }
  const events = await over;
  expectNoLeak(new Map([['events', events]]));
  const evaluations = [...events.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json!));
  for (const evaluation of evaluations) expectCoarse({ evaluation });
  expect(evaluations.at(-1)).toMatchObject({ state: 'SCORED', scored: 3, failed: 2 });
  // One failed by its exit code, one by its mask: counted, with the fixed sentence of the code.
  const groups = evaluations.at(-1).caseErrors as { code: string; count: number }[];
  expect(groups.map(({ code, count }) => [code, count]).sort()).toEqual([
    ['EXIT_NONZERO', 1],
    ['NOT_BINARY', 1],
  ]);

  const kept = await (await fetch(at(`${PHASE}/rankings`), { method: 'POST' })).json();
  ranking = createRankingResponseSchema.parse(kept).ranking.id;
  const answers = await readEverything(reader, furtherAddresses(id));
  expectNoLeak(answers);
  const view = (await (await reader.get(at(`/api/v1/submissions/${id}`))).json()) as SubmissionView;
  expectCoarse(view);
  for (const { metrics } of view.evaluation.caseScores) {
    for (const value of Object.values(metrics)) expect(String(value)).toMatch(/^(\d+(\.\d{1,3})?|null)$/);
  }
  const paths = [...answers.keys()];
  for (const [file, pattern] of routes()) {
    expect(
      paths.some((path) => pattern.test(path)),
      `${file} was read`,
    ).toBe(true);
  }

  // Another team and a visitor see no more than that.
  const rival = newPerson();
  await new SiteClient(served().url).signUp(rival);
  await page.context().clearCookies();
  expectNoLeak(await readEverything(await signedIn(page, rival), furtherAddresses(id)));
  const visitor = await request.newContext();
  expectNoLeak(await readEverything(visitor, furtherAddresses(id)));
  await visitor.dispose();
});

test('organizers, and teams in an open phase, can read what the leak test looks for', async ({ page }) => {
  test.setTimeout(120_000);
  const ids = [await send('rehearsal'), await send('rehearsal')];
  for (const id of ids) await followEvents(id);
  const reader = await signedIn(page, team.person);
  const views = await Promise.all(
    ids.map(async (id) => (await reader.get(at(`/api/v1/submissions/${id}`))).text()),
  );
  for (const trace of tracesOf(REHEARSAL.cases)) expect(views[0]).toContain(trace);
  // The names of the scans were drawn anew, and are no names of the set.
  const names = views.map((view) => [...view.matchAll(/named ([^\s\\]+)/g)].map(([, name]) => name));
  expect(names[0]!.length).toBeGreaterThan(0);
  expect(names[0]!.filter((name) => names[1]!.includes(name))).toEqual([]);
  expect(CASE_NAME.test(names.flat().join())).toBe(false);

  await page.context().clearCookies();
  await signInAsOrganizer(page);
  const leaderboard = await page.request.get(at(`/api/v1/challenges/${CHALLENGE}/phases/test/leaderboard`));
  const { entries } = leaderboardViewSchema.parse(await leaderboard.json());
  const { submissionId } = entries.find(({ teamSlug }) => teamSlug === team.place.team)!;
  const seen = await (await page.request.get(at(`/api/v1/submissions/${submissionId}`))).text();
  for (const trace of tracesOf(2)) expect(seen).toContain(trace);
});
