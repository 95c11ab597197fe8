import { describeBrowser } from '#lib/site/accounts/browser.ts';
import { startSession } from '#lib/site/accounts/sessions.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import type { Site } from '#lib/site/site.ts';
import { unique } from './scene.ts';

export interface NewAccount {
  id: string;
  email: string;
}

/** Creates a new account, as a site without mail does, from an address that no other test uses. */
export async function signUpAccount(site: Site, password: string): Promise<NewAccount> {
  const email = `${unique('ada')}@example.org`;
  const withoutMail = { ...site, environment: { ...site.environment, mail: null, showsMail: false } };
  await signUp(withoutMail, { name: 'Ada', email, password }, { address: unique('address') });
  const { id } = await site.db.user.findUniqueOrThrow({ where: { email } });
  return { id, email };
}

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0';

/** Signs a browser in, and returns the token in its session cookie. */
export async function signInBrowser(site: Site, email: string, password: string): Promise<string> {
  const user = await signIn(site, { email, password }, { address: unique('address') });
  return startSession(site, user, describeBrowser(FIREFOX));
}
