import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountView, renameAccount, revokeApiToken } from '#lib/site/accounts/account-view.ts';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

async function newOwner() {
  const { email } = await signUpAccount(here.site, PASSWORD);
  const input = { email, password: PASSWORD, name: 'laptop' };
  const token = await createApiToken(here.site, input, { address: unique('address') });
  return { token, viewer: await viewerBy(token) };
}

function viewerBy(token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return requestViewer(here.site, new Request(`${ORIGIN}/api/v1/teams`, { headers }));
}

test('an account lists its tokens without their secrets, and a revoked token is refused at once', async () => {
  const { token, viewer } = await newOwner();
  const account = await accountView(here.site, viewer);
  expect(account.tokens).toMatchObject([{ name: 'laptop' }]);
  expect(JSON.stringify(account)).not.toContain(token);

  await revokeApiToken(here.site, { id: account.tokens[0]?.id }, viewer);
  expect((await accountView(here.site, viewer)).tokens).toEqual([]);
  await expect(viewerBy(token)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
});

test('users can revoke only their own tokens, and visitors none', async () => {
  const { token, viewer } = await newOwner();
  const other = await newOwner();
  const { tokens } = await accountView(here.site, viewer);
  const input = { id: tokens[0]?.id };
  await expect(revokeApiToken(here.site, input, other.viewer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(revokeApiToken(here.site, input, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await viewerBy(token)).toMatchObject({ userId: viewer?.userId });
});

test('users can change only their own name, to one line of visible characters', async () => {
  const { token, viewer } = await newOwner();
  const other = await newOwner();
  await renameAccount(here.site, { name: ' Ada Moreau ' }, viewer);
  expect((await viewerBy(token))?.name).toBe('Ada Moreau');
  expect((await viewerBy(other.token))?.name).toBe('Ada');
  await expect(renameAccount(here.site, { name: '\n' }, viewer)).rejects.toMatchObject({ code: 'INVALID' });
});
