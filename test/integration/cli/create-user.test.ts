import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { findSessionViewer } from '#lib/site/accounts/viewer.ts';
import { runHeldout } from '#scripts/demo/command.ts';
import { signInBrowser, signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

function createUser(email: string, name: string, password: string, flags: string[] = []) {
  const args = ['admin', 'create-user', '--email', email, '--name', name, '--password-stdin', ...flags];
  return runHeldout(args, { environment: { DATABASE_URL: here.database.siteUrl }, input: password });
}

test('a password that is set on the server ends the sessions of the account, and of no other one', async () => {
  const [{ email }, other] = [
    await signUpAccount(here.site, 'old password'),
    await signUpAccount(here.site, 'x'.repeat(10)),
  ];
  const session = await signInBrowser(here.site, email, 'old password');
  const theirs = await signInBrowser(here.site, other.email, 'x'.repeat(10));
  await createUser(email, 'Ada Moreau', 'new password', ['--admin']);
  expect(await findSessionViewer(here.site, session)).toBeNull();
  expect(await findSessionViewer(here.site, theirs)).not.toBeNull();
  const client = { address: unique('address') };
  await expect(signIn(here.site, { email, password: 'old password' }, client)).rejects.toThrow('wrong');
  await expect(signIn(here.site, { email, password: 'new password' }, client)).resolves.toMatchObject({
    name: 'Ada Moreau',
  });
  // Once an administrator, always one: the flag is never taken away here.
  await createUser(email, 'Ada Moreau', 'new password');
  const user = await here.database.owner.user.findUniqueOrThrow({ where: { email } });
  expect(user.isAdmin).toBe(true);
});

test('an account that is created on the server can sign in', async () => {
  const email = `${unique('new')}@example.org`;
  await createUser(email, 'Olga', 'a new password');
  const client = { address: unique('address') };
  await expect(signIn(here.site, { email, password: 'a new password' }, client)).resolves.toMatchObject({
    name: 'Olga',
  });
});
