import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import { signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';
const DAY_MS = 86_400_000;

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
});
beforeEach(() => here.setNow(null));
afterAll(() => here.close());

async function newToken(
  options: { scopes?: string[]; expiresInDays?: number | null; isAdmin?: boolean } = {},
) {
  const { isAdmin = false, ...choices } = options;
  const { id, email } = await signUpAccount(here.site, PASSWORD);
  if (isAdmin) await here.database.owner.user.update({ where: { id }, data: { isAdmin } });
  const input = { email, password: PASSWORD, name: 'laptop', ...choices };
  const token = await createApiToken(here.site, input, { address: unique('address') });
  const api = new CheckedApi(ORIGIN);
  return {
    createTeam: () => api.ok('createTeam', { token, json: { name: unique('Team') } }),
    isRefusedTeam: (status: number) =>
      api.refused('createTeam', status, { token, json: { name: unique('Team') } }),
    listRunners: () => api.ok('listRunners', { token }),
    isRefusedRunners: () => api.refused('listRunners', 403, { token }),
  };
}

test('a token does only what its scopes are for', async () => {
  const reader = await newToken({ scopes: ['read'] });
  const { detail } = await reader.isRefusedTeam(403);
  expect(detail).toContain('lacks the scope “submit”');
  const submitter = await newToken({ scopes: ['read', 'submit'] });
  await submitter.createTeam();
  const organizer = await newToken({ scopes: ['organize'], isAdmin: true });
  await organizer.isRefusedTeam(403);
});

test('an administrator’s token without the scope organize has no rights of an administrator', async () => {
  const api = await newToken({ scopes: ['read', 'submit'], isAdmin: true });
  await api.isRefusedRunners();
  await (await newToken({ isAdmin: true })).listRunners();
});

test('a token works until it expires', async () => {
  const api = await newToken({ expiresInDays: 30 });
  here.setNow(new Date(Date.now() + 30 * DAY_MS - 60_000));
  await api.createTeam();
  here.setNow(new Date(Date.now() + 30 * DAY_MS + 60_000));
  const { detail } = await api.isRefusedTeam(401);
  expect(detail).toContain('has expired');
});

test('a token without scopes, with an unknown one, or for no or too many days is refused', async () => {
  for (const wrong of [
    { scopes: [] },
    { scopes: ['admin'] },
    { expiresInDays: 0 },
    { expiresInDays: 4000 },
  ]) {
    await expect(newToken(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'INVALID' });
  }
});
