import { cookies, headers } from 'next/headers';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { encodeSession, passwordMark, sessionCookie } from '#lib/site/accounts/session.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import type { Site } from '#lib/site/site.ts';

/** Sets the same cookie as next-auth’s route, so that the form also works without JavaScript. */
export async function startSession(here: Site, user: SignedIn): Promise<void> {
  const { name, options } = sessionCookie(here.environment);
  const payload = { sub: user.userId, mark: passwordMark(user.passwordHash) };
  const jar = await cookies();
  jar.set(name, await encodeSession(here.environment, payload), options);
}

/** The client’s address, for rate limits. */
export async function requestAddress(here: Site): Promise<string> {
  return clientAddress(here.environment, await headers());
}
