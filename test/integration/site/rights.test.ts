import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES } from '#lib/api/routes.ts';
import { ACTIONS, ALL_ACTIONS } from '#lib/domain/rights/actions.ts';
import { isAllowed } from '#lib/domain/rights/policy.ts';
import { allEntryPoints, apiRoutes, serverActions, withoutRow } from '#test/support/rights/entry-points.ts';
import { ACCOUNT_ROWS } from '#test/support/rights/rows/account.ts';
import { ACTION_ROWS } from '#test/support/rights/rows/actions.ts';
import { ADMINISTRATION_ROWS } from '#test/support/rights/rows/administration.ts';
import { API_ROWS } from '#test/support/rights/rows/api.ts';
import { CHALLENGE_ROWS } from '#test/support/rights/rows/challenges.ts';
import { CONSOLE_ROWS } from '#test/support/rights/rows/console.ts';
import { DATA_REQUEST_ROWS } from '#test/support/rights/rows/data-requests.ts';
import { DATASET_ROWS } from '#test/support/rights/rows/datasets.ts';
import { NOTIFICATION_ROWS } from '#test/support/rights/rows/notifications.ts';
import { PAGE_ROWS } from '#test/support/rights/rows/pages.ts';
import { RANKING_ROWS } from '#test/support/rights/rows/rankings.ts';
import { RELEASE_FORM_ROWS } from '#test/support/rights/rows/release-forms.ts';
import { TEAM_ROWS } from '#test/support/rights/rows/teams.ts';
import { ACTORS, type Stage, setStage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';
import { openSiteProcess, SESSION_SECRET, type SiteProcess } from '#test/support/site/site-process.ts';

/**
 * Every way into the production site, tried by everybody over HTTP: pages, routes and server actions obey the table of
 * rights. A new page, route or action needs a row in test/support/rights/rows, which names its action.
 */
// Those of teams last: they create more teams of one owner than a person may create.
const ROWS = [
  ...PAGE_ROWS,
  ...API_ROWS,
  ...RANKING_ROWS,
  ...ACTION_ROWS,
  ...ACCOUNT_ROWS,
  ...CHALLENGE_ROWS,
  ...CONSOLE_ROWS,
  ...DATASET_ROWS,
  ...RELEASE_FORM_ROWS,
  ...DATA_REQUEST_ROWS,
  ...NOTIFICATION_ROWS,
  ...ADMINISTRATION_ROWS,
  ...TEAM_ROWS,
];

let site: SiteProcess;
let stage: Stage;

beforeAll(async () => {
  // Mails are queued and never arrive: nothing listens there.
  site = await openSiteProcess({
    HELDOUT_SMTP_URL: 'smtp://127.0.0.1:9',
    HELDOUT_MAIL_FROM: 'heldout@example.org',
  });
  const { url, database } = site;
  const recipient = await identityToRecipient(await generateIdentity());
  await database.owner.runner.create({ data: { name: unique('runner'), recipient, host: {} } });
  stage = await setStage({ url, database, sessionSecret: SESSION_SECRET, recipient });
});
afterAll(async () => {
  await site.close();
});

test('every page, route and server action of the build has a row', () => {
  const entryPoints = allEntryPoints();
  expect(entryPoints.length).toBeGreaterThan(50);
  expect(withoutRow(entryPoints, ROWS)).toEqual([]);
  // A row for something that is gone.
  expect(ROWS.map(({ entry }) => entry).filter((entry) => !entryPoints.includes(entry))).toEqual([]);
});

test('an entry point that no row names is found', () => {
  const planted = '/organize/[slug]/secrets';
  expect(withoutRow([...allEntryPoints(), planted], ROWS)).toEqual([planted]);
});

test('the table of routes names the action that each route asks for', () => {
  const actions = new Map(ROWS.map(({ entry, action }) => [entry, action]));
  for (const { method, path, action } of Object.values(ROUTES))
    expect(actions.get(`${method} ${path}`), `${method} ${path}`).toBe(action);
});

test('every action of the policy is tried', () => {
  const tried = new Set(ROWS.map(({ action }) => action));
  expect(ALL_ACTIONS.filter((action) => !tried.has(action))).toEqual([]);
});

test('a page of another site can change nothing, by no route and no server action', async () => {
  const [administrator] = stage.actors.filter(({ name }) => name === 'administrator');
  const posts = [
    ...apiRoutes().flatMap((route) => (route.startsWith('POST ') ? [[route.slice(5), ''] as const] : [])),
    ['/api/auth/callback/credentials', ''] as const,
    ...serverActions().map(({ id }) => ['/', id] as const),
  ];
  expect(posts.length).toBeGreaterThan(25);
  const cookie = await stage.cookieOf(administrator!);
  for (const [path, action] of posts) {
    for (const origin of ['https://evil.example', 'null', undefined]) {
      const headers = {
        ...cookie,
        ...(origin === undefined ? {} : { origin }),
        ...(action ? { 'next-action': action } : {}),
      };
      const response = await fetch(new URL(path, stage.url), { method: 'POST', headers, body: '[]' });
      expect(response.status, `${path} ${action} from ${origin}`).toBe(403);
      expect(await response.text()).toContain('doesn’t come from a page of this site');
    }
  }
});

test.each(ROWS.map((row) => [`${row.entry}: ${ACTIONS[row.action].title}`, row] as const))(
  '%s, for those who may and nobody else',
  async (_, { action, attempt }) => {
    const expected: Record<string, boolean> = {};
    const found: Record<string, boolean> = {};
    for (const actor of stage.actors) {
      expected[actor.name] = isAllowed(ACTORS[actor.name], action);
      found[actor.name] = await attempt(stage, actor);
    }
    expect(found).toEqual(expected);
  },
);
