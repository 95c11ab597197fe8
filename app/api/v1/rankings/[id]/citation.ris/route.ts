import { answer } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { FOREVER, publicFile } from '#app/api/public-file.ts';
import { risOf } from '#components/rankings/citation.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { rankingAddress } from '#lib/site/leaderboards/permanent/keep-ranking.ts';
import { permanentRankingView } from '#lib/site/leaderboards/permanent/permanent-view.ts';

interface Context {
  params: Promise<{ id: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { id } = await context.params;
    const view = await permanentRankingView(site, id, viewer);
    const text = risOf(view, rankingAddress(site, view.ranking.challenge.slug, id));
    return publicFile(ROUTES.citeRankingRis, text, FOREVER, `${view.ranking.challenge.slug}-${id}.ris`);
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.citeRankingRis.path);
