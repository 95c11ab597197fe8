import type { NextAuthOptions, User } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import { describeBrowser } from './browser.ts';
import { clientAddress } from './client-address.ts';
import type { ProviderIdentity } from './providers/identities.ts';
import { nextAuthProvider } from './providers/next-auth-providers.ts';
import { cookieName, deviceCookie, readCookie, SESSION_SECONDS, sessionCookie } from './session-cookie.ts';
import { endSession, findSession, startSession } from './sessions.ts';
import { type SignedIn, signIn } from './sign-in.ts';

/** next-auth's token is our session: the cookie contains `token`, and the rest comes from its row. */
interface SessionToken extends Record<string, unknown> {
  token: string;
  sub: string;
  expiresAt: string;
}

/** What the site does when somebody has signed in, before the response. */
export interface SignInHandlers {
  /** With a password. */
  onSignIn(user: SignedIn): Promise<void>;
  /** At a provider. Sets the cookies, and returns the address of the next page. */
  onProvider(identity: ProviderIdentity): Promise<string>;
}

/** For the way to a provider, on which nobody is signed in. */
export const redirectsOnly: SignInHandlers = {
  onSignIn: async () => undefined,
  onProvider: async () => '/',
};

/** next-auth for this site: email and password, sessions in the database (sessions.ts). */
export function authOptions(site: Site, { onSignIn, onProvider }: SignInHandlers): NextAuthOptions {
  const { environment } = site;
  const { name, options } = sessionCookie(environment);
  return {
    secret: environment.sessionSecret,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    jwt: {
      encode: async ({ token }) => (token as SessionToken).token,
      decode: async ({ token }) => {
        const session = token ? await findSession(site, token) : null;
        if (!token || !session) return null;
        return { token, sub: session.userId, expiresAt: session.expiresAt.toISOString() };
      },
    },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    useSecureCookies: options.secure,
    cookies: {
      sessionToken: { name, options },
      csrfToken: csrfCookie(environment),
      callbackUrl: { name: callbackCookieName(environment), options },
    },
    providers: [credentialsProvider(site, onSignIn), ...environment.providers.map(nextAuthProvider)],
    callbacks: {
      // The session is ours, so next-auth stops here, after it has checked the provider's answer.
      signIn: ({ user, account }) => {
        if (account?.type !== 'oauth') return true;
        const { provider, providerAccountId } = account;
        return onProvider({ provider, subject: providerAccountId, label: user.name ?? '' });
      },
      jwt: ({ token, user }) => (user ? { token: (user as StartedSession).token, sub: user.id } : token),
      session: ({ session, token }) => ({
        expires: (token as SessionToken).expiresAt ?? session.expires,
        user: {},
      }),
      redirect: ({ url }) => safeCallback(environment.origin, url),
    },
    events: { signOut: ({ token }) => endSession(site, (token as SessionToken | null)?.token) },
    logger: {
      error: (code, metadata) => {
        // A cookie of a session that has ended.
        if (code === 'JWT_SESSION_ERROR') return;
        site.log.error({ code, metadata: String(metadata) }, 'next-auth');
      },
      warn: (code) => site.log.warn({ code }, 'next-auth'),
      debug: () => undefined,
    },
  };
}

export function csrfCookie(environment: Site['environment']) {
  const { options } = sessionCookie(environment);
  return { name: cookieName(environment, 'csrf'), options: { ...options, sameSite: 'strict' as const } };
}

export function callbackCookieName(environment: Site['environment']): string {
  return cookieName(environment, 'callback');
}

/** Where a sign-in ends: the address, if it is one of this site, otherwise the home page. */
export function safeCallback(origin: string, url: string): string {
  const target = URL.canParse(url, origin) ? new URL(url, origin) : null;
  return target?.origin === origin ? target.href : origin;
}

type StartedSession = User & { token: string };

function credentialsProvider(site: Site, onSignIn: (user: SignedIn) => Promise<void>) {
  return CredentialsProvider({
    id: 'credentials',
    name: 'Email and password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    authorize: async (credentials, request): Promise<StartedSession | null> => {
      const headers = new Headers(request.headers as Record<string, string> | undefined);
      const client = {
        address: clientAddress(site.environment, headers),
        deviceCookie: readCookie(headers.get('cookie'), deviceCookie(site.environment).name),
      };
      try {
        const user = await signIn(
          site,
          { email: credentials?.email, password: credentials?.password },
          client,
        );
        const token = await startSession(site, user, describeBrowser(headers.get('user-agent')));
        await onSignIn(user);
        return { id: user.userId, token };
      } catch (error) {
        // next-auth takes null for wrong credentials, and shows the message of an Error.
        if (error instanceof DomainError && error.code === 'NOT_SIGNED_IN') return null;
        if (error instanceof DomainError) throw new Error(error.message);
        site.log.error({ err: error }, 'sign-in failed');
        throw new Error('Something went wrong here. Try again in a minute.');
      }
    },
  });
}
