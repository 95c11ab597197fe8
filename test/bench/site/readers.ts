import { SiteClient } from '#scripts/demo/site-client.ts';
import { PASSWORD } from '#test/bench/large-database/people.ts';
import type { Reader } from './rows.ts';

/** The request headers of each reader, or of several. */
export type ReaderHeaders = Readonly<Record<Reader, readonly Readonly<Record<string, string>>[]>>;

/** Signs the members and the organizer in, and creates an API token of the first member. */
export async function signInReaders(
  url: string,
  { members, organizer }: { members: readonly string[]; organizer: string },
): Promise<ReaderHeaders> {
  const [member] = members;
  const token = await new SiteClient(url).createToken({ email: member!, password: PASSWORD }, 'bench');
  const signedIn = [];
  for (const email of members) signedIn.push({ cookie: await signIn(url, email) });
  return {
    visitor: [{}],
    member: signedIn.slice(0, 1),
    members: signedIn,
    organizer: [{ cookie: await signIn(url, organizer) }],
    token: [{ authorization: `Bearer ${token}` }],
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
