import { cookies, headers } from 'next/headers';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { encodeSession, passwordMark, sessionCookie } from '#lib/site/accounts/session.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import type { Site } from '#lib/site/site.ts';

/** Sets the cookie that next-auth's own route would set, so that the form also works without JavaScript. */
export async function startSession(here: Site, user: SignedIn): Promise<void> {
  const { name, options } = sessionCookie(here.environment);
  const payload = { sub: user.userId, mark: passwordMark(user.passwordHash) };
  const jar = await cookies();
  jar.set(name, await encodeSession(here.environment, payload), options);
}

/** The client's address, for the limits on attempts. */
export async function requestAddress(here: Site): Promise<string> {
  return clientAddress(here.environment, await headers());
}
