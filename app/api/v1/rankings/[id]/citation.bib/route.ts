import { otherMethods } from '#app/api/problems.ts';
import { type RankingContext, rankingFile } from '#app/api/ranking-file.ts';
import { bibtexOf } from '#components/rankings/citation.ts';
import { ROUTES } from '#lib/api/routes.ts';

const route = ROUTES.citeRankingBibtex;

export function GET(request: Request, context: RankingContext): Promise<Response> {
  return rankingFile(request, context, { route, ending: 'bib', write: bibtexOf });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
