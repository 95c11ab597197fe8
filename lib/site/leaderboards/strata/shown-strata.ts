import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { type ShownCaseSet, withholdStrata } from '#lib/domain/disclosure/strata.ts';
import { undefinedCases } from '#lib/domain/evaluations/case-values.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { listStrata, type SiteStrata } from '#lib/domain/test-sets/site-strata.ts';
import type { Database } from '#lib/platform/database.ts';
import type { RankedPhase } from '#lib/site/leaderboards/ranked-phase.ts';
import { readCaseValues } from '#lib/site/leaderboards/recorded-values.ts';
import type { SnapshotStratum } from '#lib/site/leaderboards/snapshot.ts';

/** The settings of a phase that decide about strata. */
type StrataPhase = Pick<RankedPhase, 'task' | 'metrics' | 'heldBackPercent' | 'seed'> & {
  testSet: { caseCount: number; strata: SiteStrata };
};

/** The metrics that strata are ranked by: those that have a value on each case. */
export function stratumMetrics<P extends Pick<StrataPhase, 'task' | 'metrics'>>({
  task,
  metrics,
}: P): P['metrics'] {
  return metrics.filter(({ metric }) => requireMetric(task, metric).over === 'case');
}

/** The strata of the phase's test set, and which may be shown. @param evaluations that are ranked. */
export async function readStrata(
  db: Database,
  phase: StrataPhase,
  evaluations: readonly string[],
): Promise<SnapshotStratum[]> {
  const { testSet } = phase;
  if (testSet.strata.length === 0) return [];
  const names = stratumMetrics(phase).map(({ metric }) => metric);
  const undefinedOf = new Map<string, Set<number>>();
  for (const ofMetrics of (await readCaseValues(db, evaluations, names)).values()) {
    for (const [metric, bytes] of ofMetrics) {
      const found = undefinedOf.get(metric) ?? new Set();
      for (const index of undefinedCases(bytes, testSet.caseCount)) found.add(index);
      undefinedOf.set(metric, found);
    }
  }
  return explainStrata(phase, undefinedOf);
}

/**
 * The same before and after the held-back cases count, so that a stratum doesn't come or go with them.
 * @param undefinedOf by metric, the cases that count for no team.
 */
export function explainStrata(
  phase: StrataPhase,
  undefinedOf: ReadonlyMap<string, ReadonlySet<number>> = new Map(),
): SnapshotStratum[] {
  const { caseCount, strata } = phase.testSet;
  const heldBack = drawHeldBack({ ...phase, caseCount });
  const all = listStrata(strata);
  const isRanked = stratumMetrics(phase).some(({ weight }) => weight > 0);
  const withheld = withholdStrata(all, caseSets(heldBack, undefinedOf));
  return all.map(({ cases, ...stratum }, place) => {
    const reason = withheld[place]!;
    return {
      ...stratum,
      caseCount: cases.filter((index) => !heldBack[index]).length,
      withheld: isRanked ? reason && describe(reason) : { why: 'NOT_RANKED', of: null },
    };
  });
}

function caseSets(
  heldBack: readonly boolean[],
  undefinedOf: ReadonlyMap<string, ReadonlySet<number>>,
): ShownCaseSet[] {
  const indices = [...heldBack.keys()];
  const sets: ShownCaseSet[] = [
    { of: 'shown', cases: indices.filter((index) => !heldBack[index]) },
    { of: 'heldBack', cases: indices.filter((index) => heldBack[index]) },
  ];
  const ofMetrics = [...undefinedOf].flatMap(([metric, without]) =>
    without.size === 0
      ? []
      : sets.map(({ cases }) => ({ of: { metric }, cases: cases.filter((index) => !without.has(index)) })),
  );
  return [...sets, ...ofMetrics];
}

function describe(
  withheld: NonNullable<ReturnType<typeof withholdStrata>[number]>,
): SnapshotStratum['withheld'] {
  if (withheld.why === 'FEW') return { why: 'FEW', of: null };
  const { why, of } = withheld;
  return { why, of: typeof of === 'string' ? of : of.metric };
}
