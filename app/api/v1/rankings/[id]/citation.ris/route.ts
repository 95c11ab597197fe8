import { otherMethods } from '#app/api/problems.ts';
import { type RankingContext, rankingFile } from '#app/api/ranking-file.ts';
import { risOf } from '#components/rankings/citation.ts';
import { ROUTES } from '#lib/api/routes.ts';

const route = ROUTES.citeRankingRis;

export function GET(request: Request, context: RankingContext): Promise<Response> {
  return rankingFile(request, context, { route, ending: 'ris', write: risOf });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
