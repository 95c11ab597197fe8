import type { SiteEnvironment } from '#lib/site/environment.ts';

/** How long a session lasts at most. */
export const SESSION_SECONDS = 14 * 24 * 3600;

/** How long a browser is known after its last sign-in. Browsers keep no cookie for longer than 400 days. */
const DEVICE_SECONDS = 365 * 24 * 3600;

export interface CookieSpec {
  name: string;
  options: { httpOnly: true; sameSite: 'lax'; path: '/'; secure: boolean; maxAge: number };
}

/** Contains the token of a session. */
export function sessionCookie(environment: CookieEnvironment): CookieSpec {
  return cookieSpec(environment, 'session', SESSION_SECONDS);
}

/** Names the accounts that have signed in with this browser (known-device.ts). */
export function deviceCookie(environment: CookieEnvironment): CookieSpec {
  return cookieSpec(environment, 'device', DEVICE_SECONDS);
}

/** `__Host-` restricts a cookie to this host and to TLS, so that no subdomain can set it. */
export function cookieName({ origin }: CookieEnvironment, name: string): string {
  return `${origin.startsWith('https:') ? '__Host-' : ''}heldout.${name}`;
}

type CookieEnvironment = Pick<SiteEnvironment, 'origin'>;

function cookieSpec(environment: CookieEnvironment, name: string, maxAge: number): CookieSpec {
  const secure = environment.origin.startsWith('https:');
  return {
    name: cookieName(environment, name),
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge },
  };
}

/** The value of a cookie in a Cookie header. */
export function readCookie(header: string | null, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return undefined;
}
