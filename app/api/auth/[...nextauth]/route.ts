import { cookies } from 'next/headers';
import NextAuth from 'next-auth';
import { answer } from '#app/api/answer.ts';
import { authMethods, readAuthRequest } from '#app/api/auth/read-request.ts';
import { problem } from '#app/api/problems.ts';
import { keepPendingIdentity } from '#app/pending-identity.ts';
import { rememberBrowser, signInBrowser } from '#app/start-session.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { authOptions, callbackCookieName, safeCallback } from '#lib/site/accounts/auth-options.ts';
import { type ProviderIdentity, signInWithProvider } from '#lib/site/accounts/providers/identities.ts';
import { sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import type { Site } from '#lib/site/site.ts';

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

function handle(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { nextauth } = await context.params;
    const { pathname, searchParams } = new URL(request.url);
    const providers = site.environment.providers.map(({ id }) => id);
    const methods = authMethods(nextauth, providers);
    if (!methods) return problem('NOT_FOUND', `The API has no address ${pathname}. Check the path.`);
    if (!methods.includes(request.method === 'HEAD' ? 'GET' : request.method)) {
      const detail = `This address takes ${methods.join(' and ')}, not ${request.method}.`;
      return problem('METHOD_NOT_ALLOWED', detail, { headers: { allow: methods.join(', ') } });
    }
    // next-auth would put the message into a header as it is.
    if (nextauth[0] === 'error') return toSignIn(site, searchParams.get('error'));
    const checked = await readAuthRequest(request, site.environment.origin);
    await dropInvalidCallback(site);
    const options = authOptions(site, {
      onSignIn: (user) => rememberBrowser(site, user),
      onProvider: (identity) => afterProvider(site, request, identity),
    });
    return NextAuth(options)(checked, context) as Promise<Response>;
  });
}

/** Ends a sign-in at a provider: in a session, or where somebody decides what to do with it. */
async function afterProvider(site: Site, request: Request, identity: ProviderIdentity): Promise<string> {
  const { origin } = site.environment;
  const next = safeCallback(
    origin,
    (await cookies()).get(callbackCookieName(site.environment))?.value ?? '/',
  );
  try {
    const outcome = await signInWithProvider(site, identity, await requestViewer(site, request));
    if (outcome.kind === 'linked') return next;
    const { pathname, search } = new URL(next);
    if (outcome.kind === 'signedIn') {
      return new URL(await signInBrowser(site, outcome.user, pathname + search), origin).href;
    }
    await keepPendingIdentity(site, outcome.pending);
    return new URL(`/sign-in/identity?next=${encodeURIComponent(pathname + search)}`, origin).href;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return new URL('/account?error=identity', origin).href;
  }
}

function toSignIn({ environment }: Site, error: string | null): Response {
  const target = new URL('/sign-in', environment.origin);
  if (error) target.searchParams.set('error', error.slice(0, 200));
  return Response.redirect(target, 302);
}

/** next-auth would answer every request of a browser with such a cookie with a server error. */
async function dropInvalidCallback({ environment }: Site): Promise<void> {
  const jar = await cookies();
  const name = callbackCookieName(environment);
  const value = jar.get(name)?.value;
  if (!value || (URL.canParse(value) && new URL(value).origin === environment.origin)) return;
  jar.set(name, '', { ...sessionCookie(environment).options, maxAge: 0 });
}

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
