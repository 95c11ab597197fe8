import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { unfreezeRanking } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, phase } = await context.params;
    await unfreezeRanking(site, { challenge: slug, phase }, viewer);
    return json(ROUTES.unfreezeRanking, { phase: { slug: phase, finalRanking: null } });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.unfreezeRanking.path);
