import { createHash, randomBytes } from 'node:crypto';
import { cookies } from 'next/headers';
import { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { answer } from '#app/api/answer.ts';
import { safeNext } from '#app/refuse.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { authOptions, csrfCookie, redirectsOnly } from '#lib/site/accounts/auth-options.ts';

interface Context {
  params: Promise<{ provider: string }>;
}

/**
 * Leads to a provider: next-auth makes its address, with state, nonce and PKCE in cookies. The answer is a page that
 * goes on by itself, because form-action of the Content-Security-Policy allows no redirect to another site.
 */
export function POST(request: Request, { params }: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { provider } = await params;
    const settings = site.environment.providers.find(({ id }) => id === provider);
    if (!settings) throw new DomainError('NOT_FOUND', 'This site offers no such sign-in.');
    const form = await request.formData();
    const next = form.get('next');
    const csrfToken = randomBytes(32).toString('hex');
    const hash = createHash('sha256').update(`${csrfToken}${site.environment.sessionSecret}`).digest('hex');
    const { name, options } = csrfCookie(site.environment);
    (await cookies()).set(name, `${csrfToken}|${hash}`, options);
    const callbackUrl = new URL(safeNext(typeof next === 'string' ? next : null), site.environment.origin)
      .href;
    const inner = new NextRequest(new URL(`/api/auth/signin/${provider}`, site.environment.origin), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrfToken, callbackUrl }).toString(),
    });
    const context = { params: Promise.resolve({ nextauth: ['signin', provider] }) };
    const started = (await NextAuth(authOptions(site, redirectsOnly))(inner, context)) as Response;
    const target = started.headers.get('location');
    if (!target) throw new Error(`next-auth didn’t lead to ${provider}: ${started.status}`);
    const headers = new Headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    for (const cookie of started.headers.getSetCookie()) headers.append('set-cookie', cookie);
    return new Response(goOnPage(target, settings.name), { headers });
  });
}

function goOnPage(target: string, name: string): string {
  const escapeHtml = (text: string) =>
    text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const address = escapeHtml(target);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title>
<meta http-equiv="refresh" content="0;url=${address}"></head>
<body><p><a href="${address}">Continue to ${escapeHtml(name)}</a></p></body></html>
`;
}
