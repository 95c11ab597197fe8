import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import { clientAddress } from './client-address.ts';
import { cookieName, passwordMark, SESSION_SECONDS, sessionCookie } from './session.ts';
import { signIn } from './sign-in.ts';

/** next-auth for this site: email and password, sessions in an encrypted cookie. */
export function authOptions(site: Site): NextAuthOptions {
  const { environment } = site;
  const { name, options } = sessionCookie(environment);
  const secure = options.secure;
  return {
    secret: environment.sessionSecret,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    useSecureCookies: secure,
    cookies: {
      sessionToken: { name, options },
      csrfToken: { name: cookieName(secure, 'csrf'), options: { ...options, sameSite: 'strict' } },
      callbackUrl: { name: cookieName(secure, 'callback'), options },
    },
    providers: [
      CredentialsProvider({
        id: 'credentials',
        name: 'Email and password',
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        authorize: async (credentials, request) => {
          const headers = new Headers(request.headers as Record<string, string> | undefined);
          try {
            const user = await signIn(
              site,
              { email: credentials?.email, password: credentials?.password },
              clientAddress(environment, headers),
            );
            return { id: user.userId, mark: passwordMark(user.passwordHash) };
          } catch (error) {
            // next-auth takes null for wrong credentials, and shows the message of an Error.
            if (error instanceof DomainError && error.code === 'NOT_SIGNED_IN') return null;
            if (error instanceof DomainError) throw new Error(error.message);
            site.log.error({ err: error }, 'sign-in failed');
            throw new Error('Something went wrong here. Try again in a minute.');
          }
        },
      }),
    ],
    callbacks: {
      // Only what identifies the session. Everything else is read from the database at each request.
      jwt: ({ token, user }) => {
        if (!user) return token;
        return { sub: user.id, mark: (user as { mark?: string }).mark };
      },
      session: ({ session }) => ({ expires: session.expires, user: {} }),
      redirect: ({ url, baseUrl }) => {
        const target = new URL(url, environment.origin || baseUrl);
        return target.origin === environment.origin ? target.href : environment.origin;
      },
    },
    logger: {
      error: (code, metadata) => site.log.error({ code, metadata: String(metadata) }, 'next-auth'),
      warn: (code) => site.log.warn({ code }, 'next-auth'),
      debug: () => undefined,
    },
  };
}
