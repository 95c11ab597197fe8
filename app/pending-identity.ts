import { cookies } from 'next/headers';
import { cookieName, sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import type { Site } from '#lib/site/site.ts';

/** Holds an identity that has no account yet (lib/site/accounts/providers/identities.ts), encrypted. */
const MAX_AGE_SECONDS = 900;

export async function keepPendingIdentity({ environment }: Site, pending: string): Promise<void> {
  const { options } = sessionCookie(environment);
  const name = cookieName(environment, 'identity');
  (await cookies()).set(name, pending, { ...options, maxAge: MAX_AGE_SECONDS });
}

export async function pendingIdentity({ environment }: Site): Promise<string | undefined> {
  return (await cookies()).get(cookieName(environment, 'identity'))?.value;
}

export async function forgetPendingIdentity({ environment }: Site): Promise<void> {
  const { options } = sessionCookie(environment);
  (await cookies()).set(cookieName(environment, 'identity'), '', { ...options, maxAge: 0 });
}
