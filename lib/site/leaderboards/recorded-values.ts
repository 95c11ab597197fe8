import { withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { decodeCaseValues } from '#lib/domain/evaluations/case-values.ts';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { decodeReplicates, REPLICATES } from '#lib/domain/ranking/replicates.ts';
import type { SetResult } from '#lib/domain/ranking/table.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import type { RankedPhase } from './ranked-phase.ts';

/** What runners have recorded for some attempts, as rankings and figures are computed from it. */
export interface RecordedValues {
  /** In the order of the test set, without the cases that are held back. */
  cases: RecordedCase[];
  /** By metric over the set. */
  sets: Readonly<Record<string, SetResult>>;
}

/** @returns a function of an attempt's ID. */
export async function readRecordedValues(
  db: Database,
  { task, metrics }: Pick<RankedPhase, 'task' | 'metrics'>,
  {
    evaluations,
    caseCount,
    heldBack,
  }: { evaluations: readonly string[]; caseCount: number; heldBack: readonly boolean[] },
): Promise<(evaluation: string) => RecordedValues> {
  const names = metrics.map(({ metric }) => metric);
  const isOverSet = (metric: string) => requireMetric(task, metric).over === 'set';
  const ofCases = names.filter((metric) => !isOverSet(metric));
  const [valuesOf, setsOf] = await Promise.all([
    readCaseValues(db, evaluations, ofCases),
    readSetResults(db, evaluations, names.filter(isOverSet)),
  ]);
  return (evaluation) => ({
    cases: withoutHeldBack(decodeCaseValues(valuesOf.get(evaluation) ?? new Map(), caseCount), heldBack),
    sets: setsOf.get(evaluation) ?? {},
  });
}

/** By evaluation, then by metric. */
export async function readCaseValues(
  db: Database | Transaction,
  evaluations: readonly string[],
  metrics: readonly string[],
): Promise<Map<string, Map<string, Uint8Array>>> {
  const rows = await db.caseValues.findMany({
    where: { evaluationId: { in: [...evaluations] }, metric: { in: [...metrics] } },
  });
  const byEvaluation = Map.groupBy(rows, ({ evaluationId }) => evaluationId);
  return new Map(
    [...byEvaluation].map(([id, own]) => [id, new Map(own.map(({ metric, values }) => [metric, values]))]),
  );
}

/** The same for metrics over the set. */
async function readSetResults(
  db: Database,
  evaluations: readonly string[],
  metrics: readonly string[],
): Promise<Map<string, Record<string, SetResult>>> {
  if (metrics.length === 0) return new Map();
  const rows = await db.score.findMany({
    where: { evaluationId: { in: [...evaluations] }, metric: { in: [...metrics] } },
    select: { evaluationId: true, metric: true, mean: true, failed: true, replicates: true },
  });
  const byEvaluation = Map.groupBy(rows, ({ evaluationId }) => evaluationId);
  return new Map(
    [...byEvaluation].map(([id, own]) => [
      id,
      Object.fromEntries(own.map(({ metric, ...score }) => [metric, toSetResult(score)])),
    ]),
  );
}

function toSetResult(score: {
  mean: number | null;
  failed: number;
  replicates: Uint8Array | null;
}): SetResult {
  const { mean, failed, replicates } = score;
  return { value: mean, failed, replicates: replicates && decodeReplicates(replicates, REPLICATES) };
}
