import { answer } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { FOREVER, publicFile } from '#app/api/public-file.ts';
import { renderCard } from '#app/api/render-card.tsx';
import { cardOfRanking } from '#components/rankings/card-content.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { permanentRankingView } from '#lib/site/leaderboards/permanent/permanent-view.ts';

interface Context {
  params: Promise<{ id: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const { id } = await context.params;
    // Other sites show it to anybody, so whoever asks for it sees what a visitor sees.
    const { ranking } = await permanentRankingView(site, id, null);
    // Without the logo, which may change.
    const card = await renderCard(cardOfRanking(ranking), null);
    return publicFile(ROUTES.drawRankingCard, card, FOREVER);
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.drawRankingCard.path);
