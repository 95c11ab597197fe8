import { createHash, timingSafeEqual } from 'node:crypto';
import { decode, encode } from 'next-auth/jwt';
import { z } from 'zod';
import type { SiteEnvironment } from '#lib/site/environment.ts';

/**
 * Sessions are next-auth's encrypted tokens in a cookie. A token contains the account's ID and a fingerprint
 * of its password (`mark`), so changing the password or deleting the account ends every session at its next
 * request.
 */
export const SESSION_SECONDS = 14 * 24 * 3600;

const payloadSchema = z.object({ sub: z.uuid(), mark: z.string() });
export type SessionPayload = z.infer<typeof payloadSchema>;

export interface SessionCookie {
  name: string;
  options: { httpOnly: true; sameSite: 'lax'; path: '/'; secure: boolean; maxAge: number };
}

/** `__Host-` restricts a cookie to this host and to TLS, so that no subdomain can set it. */
export function sessionCookie({ origin }: SiteEnvironment): SessionCookie {
  const secure = origin.startsWith('https:');
  return {
    name: cookieName(secure, 'session'),
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: SESSION_SECONDS },
  };
}

export function cookieName(secure: boolean, name: string): string {
  return `${secure ? '__Host-' : ''}heldout.${name}`;
}

/** The cookie value for a form that signs in without next-auth's own route. */
export function encodeSession(environment: SiteEnvironment, payload: SessionPayload): Promise<string> {
  return encode({ token: payload, secret: environment.sessionSecret, maxAge: SESSION_SECONDS });
}

/** Returns null for a forged, damaged or expired cookie. */
export async function decodeSession(
  environment: SiteEnvironment,
  value: string | undefined,
): Promise<SessionPayload | null> {
  if (!value) return null;
  const token = await decode({ token: value, secret: environment.sessionSecret }).catch(() => null);
  return payloadSchema.safeParse(token).data ?? null;
}

/**
 * A fingerprint that shows whether the password has changed since sign-in, and reveals nothing else about it.
 */
export function passwordMark(passwordHash: string): string {
  return createHash('sha256').update(`session\n${passwordHash}`).digest('base64url').slice(0, 16);
}

export function isSameMark(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
