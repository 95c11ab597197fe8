import { answer, json, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { BRIEFLY, FOR_EVERY_SITE } from '#app/api/public-file.ts';
import { toEmbedded } from '#lib/api/rankings/embed.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { leaderboardView } from '#lib/site/leaderboards/leaderboard-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { slug, phase } = await context.params;
    const query = readQuery(request, ROUTES.embedLeaderboard);
    // Pages of other sites read it, so whoever asks for it sees what a visitor sees.
    const view = await leaderboardView(site, slug, phase, null, query);
    const body = toEmbedded(view, site.environment.origin);
    return json(ROUTES.embedLeaderboard, body, { ...FOR_EVERY_SITE, 'cache-control': BRIEFLY });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.embedLeaderboard.path);
