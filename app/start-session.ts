import { cookies, headers } from 'next/headers';
import { describeBrowser } from '#lib/site/accounts/browser.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { rememberDevice } from '#lib/site/accounts/known-device.ts';
import { cookieName, deviceCookie, sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import { endSession, startSession } from '#lib/site/accounts/sessions.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import { hasSecondFactor, pendingSignIn } from '#lib/site/accounts/two-factor/second-factor.ts';
import type { Site } from '#lib/site/site.ts';

/**
 * Starts a session in this browser, and returns where it goes on: `next`, or the page that asks for the code of a second
 * factor. Sets the same cookies as next-auth’s route, so that the form also works without JavaScript.
 */
export async function signInBrowser(here: Site, user: SignedIn, next: string): Promise<string> {
  if (!user.hasPassedSecondFactor && (await hasSecondFactor(here, user.userId))) {
    await setCodeCookie(here, pendingSignIn(here, user), CODE_SECONDS);
    return `/sign-in/code?next=${encodeURIComponent(next)}`;
  }
  const { name, options } = sessionCookie(here.environment);
  const browser = describeBrowser((await headers()).get('user-agent'));
  const token = await startSession(here, user, browser);
  (await cookies()).set(name, token, options);
  await rememberBrowser(here, user);
  if (user.hasPassedSecondFactor) await setCodeCookie(here, '', 0);
  return next;
}

/** How long somebody may look for their phone. */
const CODE_SECONDS = 600;

/** Names who has passed the first factor (two-factor/second-factor.ts), encrypted. */
async function setCodeCookie({ environment }: Site, value: string, maxAge: number): Promise<void> {
  const { options } = sessionCookie(environment);
  (await cookies()).set(cookieName(environment, 'code'), value, { ...options, maxAge });
}

export async function pendingCode({ environment }: Site): Promise<string | undefined> {
  return (await cookies()).get(cookieName(environment, 'code'))?.value;
}

/** Ends the session of this browser. */
export async function signOutBrowser(here: Site): Promise<void> {
  const jar = await cookies();
  const { name, options } = sessionCookie(here.environment);
  await endSession(here, jar.get(name)?.value);
  jar.set(name, '', { ...options, maxAge: 0 });
}

/** So that the wrong passwords of others don’t slow down the next sign-in of this browser. */
export async function rememberBrowser(
  here: Site,
  { userId, passwordHash }: Pick<SignedIn, 'userId' | 'passwordHash'>,
): Promise<void> {
  // Nobody can guess a password that an account doesn't have.
  if (passwordHash === null) return;
  const jar = await cookies();
  const { name, options } = deviceCookie(here.environment);
  jar.set(name, rememberDevice(here, jar.get(name)?.value, { id: userId, passwordHash }), options);
}

/** Where the request comes from, for rate limits. */
export async function requestClient(here: Site): Promise<Client> {
  return {
    address: clientAddress(here.environment, await headers()),
    deviceCookie: (await cookies()).get(deviceCookie(here.environment).name)?.value,
  };
}
