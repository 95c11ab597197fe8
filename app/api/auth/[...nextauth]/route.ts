import { cookies } from 'next/headers';
import NextAuth from 'next-auth';
import { answer } from '#app/api/answer.ts';
import { authMethods, readAuthRequest } from '#app/api/auth/read-request.ts';
import { problem } from '#app/api/problems.ts';
import { rememberBrowser } from '#app/start-session.ts';
import { authOptions, callbackCookieName } from '#lib/site/accounts/auth-options.ts';
import { sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import type { Site } from '#lib/site/site.ts';

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

function handle(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { nextauth } = await context.params;
    const { pathname, searchParams } = new URL(request.url);
    const methods = authMethods(nextauth);
    if (!methods) return problem('NOT_FOUND', `The API has no address ${pathname}. Check the path.`);
    if (!methods.includes(request.method === 'HEAD' ? 'GET' : request.method)) {
      const detail = `This address takes ${methods.join(' and ')}, not ${request.method}.`;
      return problem('METHOD_NOT_ALLOWED', detail, { headers: { allow: methods.join(', ') } });
    }
    // next-auth would put the message into a header as it is.
    if (nextauth[0] === 'error') return toSignIn(site, searchParams.get('error'));
    const checked = await readAuthRequest(request, site.environment.origin);
    await dropInvalidCallback(site);
    const options = authOptions(site, (user) => rememberBrowser(site, user));
    return NextAuth(options)(checked, context) as Promise<Response>;
  });
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
