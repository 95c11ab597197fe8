import { answer } from '#app/api/answer.ts';
import { problem } from '#app/api/problems.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { challengeCalendar } from '#lib/site/calendar/challenge-calendar.ts';

interface Context {
  params: Promise<{ slug: string }>;
}

/** For calendar programs, which fetch it again every few hours and have no cookie. */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { slug } = await context.params;
    const text = await challengeCalendar(site, slug, await requestViewer(site, request));
    // A slug that exists is safe in a header: lib/domain/names/slug.ts.
    return new Response(text, {
      headers: {
        'cache-control': 'no-cache',
        'content-type': 'text/calendar; charset=utf-8',
        'content-disposition': `inline; filename="${slug}.ics"`,
      },
    });
  });
}

function refuse(): Response {
  return problem('METHOD_NOT_ALLOWED', 'This address takes GET.', { headers: { allow: 'GET, HEAD' } });
}

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
