import { answer } from '#app/api/answer.ts';
import { problem } from '#app/api/problems.ts';
import { FOREVER } from '#app/api/public-file.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { readLogo } from '#lib/site/challenges/logo.ts';

interface Context {
  params: Promise<{ slug: string; hash: string }>;
}

/** The logo of a challenge. Another logo has another address, so browsers keep it. */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { content, isPublic } = await readLogo(
      site,
      await context.params,
      await requestViewer(site, request),
    );
    // Only organizers get that of a draft.
    const cacheControl = isPublic ? FOREVER : 'private, no-store';
    return new Response(content, { headers: { 'cache-control': cacheControl, 'content-type': 'image/png' } });
  });
}

function refuse(): Response {
  return problem('METHOD_NOT_ALLOWED', 'This address takes GET.', { headers: { allow: 'GET, HEAD' } });
}

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
