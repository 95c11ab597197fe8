import { SiteClient } from '#scripts/demo/site-client.ts';
import { PASSWORD } from '#test/bench/large-database/people.ts';
import type { Reader } from './rows.ts';

/** The request headers of each reader. */
export type ReaderHeaders = Readonly<Record<Reader, Readonly<Record<string, string>>>>;

/** Signs the member and the organizer in, and creates an API token of the member. */
export async function signInReaders(
  url: string,
  { member, organizer }: { member: string; organizer: string },
): Promise<ReaderHeaders> {
  const token = await new SiteClient(url).createToken({ email: member, password: PASSWORD }, 'bench');
  return {
    visitor: {},
    member: { cookie: await signIn(url, member) },
    organizer: { cookie: await signIn(url, organizer) },
    token: { authorization: `Bearer ${token}` },
  };
}

/** Returns the cookies of a new session. */
async function signIn(url: string, email: string): Promise<string> {
  const first = await fetch(new URL('/api/auth/csrf', url));
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const response = await fetch(new URL('/api/auth/callback/credentials', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookiesOf(first), origin: new URL(url).origin },
    body: new URLSearchParams({ csrfToken, email, password: PASSWORD, callbackUrl: url, json: 'true' }),
  });
  const cookies = cookiesOf(response);
  if (!cookies.includes('session')) throw new Error(`Signing in as ${email} answered ${response.status}.`);
  return cookies;
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
