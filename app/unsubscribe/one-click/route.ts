import { answer } from '#app/api/answer.ts';
import { problem } from '#app/api/problems.ts';
import { unsubscribe } from '#lib/site/mail/unsubscribe.ts';

/**
 * RFC 8058: what mail programs send when somebody presses their "Unsubscribe" button. The link itself is the proof; the
 * request has no cookie and no Origin, and its body says nothing that the address doesn't.
 */
export function POST(request: Request): Promise<Response> {
  return answer(request, async (site) => {
    await unsubscribe(site, new URL(request.url).searchParams.get('token') ?? '');
    return new Response('You are unsubscribed.\n', {
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    });
  });
}

/** A person who opens the address gets the page with the question, so that no link scanner unsubscribes anybody. */
export function GET(request: Request): Promise<Response> {
  return answer(request, async ({ environment }) => {
    const target = new URL('/unsubscribe', environment.origin);
    target.search = new URL(request.url).search;
    return Response.redirect(target, 302);
  });
}

function refuse(): Response {
  return problem('METHOD_NOT_ALLOWED', 'This address takes POST.', { headers: { allow: 'GET, HEAD, POST' } });
}

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
