import { answer } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { leaderboardCsv } from '#lib/api/leaderboards/csv.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { wholeLeaderboard } from '#lib/site/leaderboards/leaderboard-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (site) => {
    const viewer = await requestViewer(site, request);
    const { slug, phase } = await context.params;
    const leaderboard = await wholeLeaderboard(site, slug, phase, viewer);
    // Both slugs match the pattern in lib/domain/phases/phase.ts, so they are safe in a header.
    const fileName = `${leaderboard.challengeSlug}-${leaderboard.phase.slug}-leaderboard.csv`;
    return new Response(leaderboardCsv(leaderboard), {
      headers: {
        'cache-control': 'no-store',
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${fileName}"`,
      },
    });
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.exportLeaderboard.path);
