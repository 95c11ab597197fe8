import type { PermanentRanking } from './permanent.ts';

/** A permanent ranking on the cases of one of its strata, in the same form and without baselines; null if it has no such stratum. */
export function rankingOfStratum(ranking: PermanentRanking, id: string): PermanentRanking | null {
  const stratum = ranking.strata?.find((one) => one.id === id);
  if (!stratum) return null;
  const entryOf = new Map(ranking.entries.map((entry) => [entry.submissionId, entry]));
  const { baselines: _, ...whole } = ranking;
  return {
    ...whole,
    testSet: { ...ranking.testSet, caseCount: stratum.caseCount },
    metrics: ranking.metrics.filter(({ metric }) => stratum.metrics.includes(metric)),
    entries: stratum.entries.flatMap(({ submissionId, ...ranked }) => {
      const onAll = entryOf.get(submissionId);
      if (!onAll) return [];
      const { cases: __, ...entry } = onAll;
      return [{ ...entry, ...ranked }];
    }),
  };
}
