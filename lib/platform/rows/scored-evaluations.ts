import type { Database } from '#lib/platform/database.ts';

/** The latest scored attempt of each submission of a phase, in order of submission. */
export async function findScoredEvaluations(db: Database, phaseId: string) {
  const rows = await db.evaluation.findMany({
    where: { state: 'SCORED', submission: { phaseId } },
    select: {
      id: true,
      finishedAt: true,
      submission: {
        select: { id: true, algorithm: true, createdAt: true, team: { select: { slug: true, name: true } } },
      },
    },
    orderBy: { createdAt: 'asc' },
  });
  return [...new Map(rows.map((row) => [row.submission.id, row])).values()];
}
export type ScoredEvaluation = Awaited<ReturnType<typeof findScoredEvaluations>>[number];
