import { z } from 'zod';
import { connectivitySchema, phaseMetricSchema } from '#lib/domain/phases/settings.ts';
import type { Database } from '#lib/platform/database.ts';

const worstSchema = z.record(z.string(), z.number());
const metricsSchema = z.array(phaseMetricSchema).min(1);

/** A phase with its sealed test set, as a runner may read it. null: there is none of this name. */
export async function readPhase(db: Database, names: { challenge: string; phase: string }) {
  const row = await db.phase.findFirst({
    where: { slug: names.phase, challenge: { slug: names.challenge } },
    include: { testSet: { include: { cases: true } } },
  });
  return (
    row && {
      ...row,
      connectivity: connectivitySchema.parse(row.connectivity),
      metrics: metricsSchema.parse(row.metrics),
      testSet: row.testSet && { ...row.testSet, worst: worstSchema.parse(row.testSet.worst) },
    }
  );
}

/** The scored attempt of each submission, the latest where there are several, with its cases; by time. */
export async function readScored(db: Database, phaseId: string) {
  const rows = await db.evaluation.findMany({
    where: { state: 'SCORED', submission: { phaseId } },
    include: { scores: true, caseScores: { omit: { log: true } }, submission: { include: { team: true } } },
    orderBy: { createdAt: 'asc' },
  });
  return [...new Map(rows.map((row) => [row.submissionId, row])).values()];
}
export type ScoredEvaluation = Awaited<ReturnType<typeof readScored>>[number];
