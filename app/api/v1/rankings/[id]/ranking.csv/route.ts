import { otherMethods } from '#app/api/problems.ts';
import { type RankingContext, rankingFile } from '#app/api/ranking-file.ts';
import { rankingCsv } from '#lib/api/rankings/csv.ts';
import { ROUTES } from '#lib/api/routes.ts';

const route = ROUTES.exportRanking;

export function GET(request: Request, context: RankingContext): Promise<Response> {
  return rankingFile(request, context, { route, ending: 'csv', write: ({ ranking }) => rankingCsv(ranking) });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
