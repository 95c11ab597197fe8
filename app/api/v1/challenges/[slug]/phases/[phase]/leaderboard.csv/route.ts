import { answer, readQuery } from '#app/api/answer.ts';
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
    const { stratum } = readQuery(request, ROUTES.exportLeaderboard);
    const leaderboard = await wholeLeaderboard(site, slug, phase, viewer, stratum);
    // Slugs and IDs of strata match patterns (lib/domain/phases, lib/domain/test-sets), so they are safe in a header.
    const { challengeSlug } = leaderboard;
    const part = leaderboard.stratum === null ? '' : `-${leaderboard.stratum}`;
    const fileName = `${challengeSlug}-${leaderboard.phase.slug}-leaderboard${part}.csv`;
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
