import { answer, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { leaderboardView } from '#lib/site/leaderboards/leaderboard-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, phase } = await context.params;
    const query = readQuery(request, ROUTES.readLeaderboard);
    return json(ROUTES.readLeaderboard, await leaderboardView(site, slug, phase, viewer, query));
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.readLeaderboard.path);
