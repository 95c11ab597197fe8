import { answer, readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { BRIEFLY, publicFile } from '#app/api/public-file.ts';
import { badgeOf, drawBadge } from '#components/rankings/badge.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { slug, phase } = await context.params;
    const { team } = readQuery(request, ROUTES.drawBadge);
    // Other sites show it to anybody, so whoever asks for it sees what a visitor sees.
    const leaderboard = await wholeLeaderboard(site, slug, phase, null);
    return publicFile(ROUTES.drawBadge, drawBadge(badgeOf(leaderboard, team)), BRIEFLY);
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.drawBadge.path);
