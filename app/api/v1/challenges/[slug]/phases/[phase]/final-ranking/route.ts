import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { freezeRanking } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, phase } = await context.params;
    const ranking = await freezeRanking(site, { challenge: slug, phase }, viewer);
    return json(ROUTES.freezeRanking, { ranking });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.freezeRanking.path);
