import { answer, json } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { keepRanking } from '#lib/site/leaderboards/permanent/keep-ranking.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function POST(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, phase } = await context.params;
    const address = clientAddress(site.environment, request.headers);
    const ranking = await keepRanking(site, { challenge: slug, phase }, viewer, address);
    return json(ROUTES.createRanking, { ranking });
  });
}

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.createRanking.path);
