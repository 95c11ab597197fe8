import type { MetricScore } from '#lib/domain/evaluations/metric-scores.ts';
import type { MetricVersions, RescoringReport } from '#lib/domain/evaluations/rescoring.ts';
import type { CaseStatus } from '#lib/domain/metrics/aggregate.ts';
import type { Database } from '#lib/platform/database.ts';

export interface RescoredRow {
  evaluationId: string;
  scores: readonly MetricScore[];
  cases: readonly {
    caseIndex: number;
    status: CaseStatus;
    code: string | null;
    message: string | null;
    metrics: Readonly<Record<string, number | null>>;
    undefinedMetrics: readonly string[];
  }[];
}

/** Writes rescored evaluations beside the scores in force, where organizers see and publish or drop them. */
export async function storeRescoring(
  db: Database,
  rescoring: { phaseId: string; versions: MetricVersions; report: RescoringReport },
  rows: readonly RescoredRow[],
): Promise<{ id: string }> {
  return db.$transaction(
    async (tx) => {
      const { id } = await tx.rescoring.create({ data: rescoring, select: { id: true } });
      for (const { evaluationId, scores, cases } of rows) {
        const text = scores.map(({ caseValues, replicates, ...score }) => ({
          ...score,
          caseValues: caseValues && Buffer.from(caseValues).toString('base64'),
          replicates: replicates ? Buffer.from(replicates).toString('base64') : null,
        }));
        // As text, because Prisma would walk through each value of thousands of cases.
        await tx.$executeRaw`
          INSERT INTO "RescoredEvaluation" ("rescoringId", "evaluationId", scores, cases)
          VALUES (${id}::uuid, ${evaluationId}::uuid, ${JSON.stringify(text)}::jsonb, ${JSON.stringify(cases)}::jsonb)`;
      }
      return { id };
    },
    { timeout: 600_000 },
  );
}
