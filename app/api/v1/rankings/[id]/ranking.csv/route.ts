import { readQuery } from '#app/api/answer.ts';
import { otherMethods } from '#app/api/problems.ts';
import { type RankingContext, rankingFile } from '#app/api/ranking-file.ts';
import { rankingCsv } from '#lib/api/rankings/csv.ts';
import { rankingOfStratum } from '#lib/api/rankings/strata.ts';
import { ROUTES } from '#lib/api/routes.ts';
import { DomainError } from '#lib/domain/errors.ts';

const route = ROUTES.exportRanking;

export function GET(request: Request, context: RankingContext): Promise<Response> {
  return rankingFile(request, context, {
    route,
    ending: 'csv',
    write: ({ ranking }) => {
      const { stratum } = readQuery(request, route);
      const chosen = stratum === undefined ? ranking : rankingOfStratum(ranking, stratum);
      if (!chosen) throw new DomainError('NOT_FOUND', `This ranking has no stratum ${stratum}.`);
      return rankingCsv(chosen);
    },
  });
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods(route.path);
