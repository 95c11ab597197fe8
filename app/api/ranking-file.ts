import { answer } from '#app/api/answer.ts';
import { FOREVER, publicFile } from '#app/api/public-file.ts';
import type { ApiRoute } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { rankingAddress } from '#lib/site/leaderboards/permanent/keep-ranking.ts';
import { permanentRankingView } from '#lib/site/leaderboards/permanent/permanent-view.ts';

type View = Awaited<ReturnType<typeof permanentRankingView>>;

export interface RankingContext {
  params: Promise<{ id: string }>;
}

/** A permanent ranking as a file to download. `write` gets it with the address of its page. */
export function rankingFile(
  request: Request,
  { params }: RankingContext,
  { route, ending, write }: { route: ApiRoute; ending: string; write(view: View, address: string): string },
): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { id } = await params;
    const view = await permanentRankingView(site, id, viewer);
    const { slug } = view.ranking.challenge;
    return publicFile(route, write(view, rankingAddress(site, slug, id)), FOREVER, `${slug}-${id}.${ending}`);
  });
}
