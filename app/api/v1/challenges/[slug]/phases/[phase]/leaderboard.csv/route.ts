import { answer } from '#app/api/answer.ts';
import { boardCsv } from '#lib/api/leaderboard-csv.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { boardView } from '#lib/site/leaderboards/leaderboard-view.ts';

interface Context {
  params: Promise<{ slug: string; phase: string }>;
}

export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { slug, phase } = await context.params;
    const board = await boardView(here, slug, phase, viewer);
    // Both names match lib/domain/phases/phase.ts' pattern, or there would be no board: safe in a header.
    const fileName = `${board.challengeSlug}-${board.phase.slug}-leaderboard.csv`;
    return new Response(boardCsv(board), {
      headers: {
        'cache-control': 'no-store',
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${fileName}"`,
      },
    });
  });
}
