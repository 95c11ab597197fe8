import { answer } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { FOR_EVERY_SITE, FOREVER } from '#app/api/public-file.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { permanentRankingText } from '#lib/site/leaderboards/permanent/permanent-view.ts';

interface Context {
  params: Promise<{ id: string }>;
}

/** The stored text, so that its SHA-256 is the ranking's checksum. */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { id } = await context.params;
    return new Response(await permanentRankingText(site, id, viewer), {
      headers: {
        ...FOR_EVERY_SITE,
        'cache-control': FOREVER,
        'content-type': 'application/json',
        etag: `"${id}"`,
      },
    });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readRanking.path);
