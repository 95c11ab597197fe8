import { answer } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { BRIEFLY, publicFile } from '#app/api/public-file.ts';
import { renderCard } from '#app/api/render-card.tsx';
import { cardOfLeaderboard } from '#components/rankings/card-content.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { readLogoForCard } from '#lib/site/challenges/logo.ts';
import { leaderboardView } from '#lib/site/leaderboards/leaderboard-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { slug, phase } = await context.params;
    // Other sites show it to anybody, so whoever asks for it sees what a visitor sees.
    const leaderboard = await leaderboardView(site, slug, phase, null, { limit: 5 });
    const card = await renderCard(cardOfLeaderboard(leaderboard), await readLogoForCard(site, slug));
    return publicFile(ROUTES.drawLeaderboardCard, card, BRIEFLY);
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.drawLeaderboardCard.path);
