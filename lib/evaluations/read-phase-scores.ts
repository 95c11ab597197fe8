import type { Database } from '#lib/platform/database.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';

/** A phase with its sealed test set, as a runner may read it. null: there is none of this name. */
export async function readPhase(db: Database, names: { challenge: string; phase: string }) {
  const row = await db.phase.findFirst({
    where: { slug: names.phase, challenge: { slug: names.challenge } },
    include: { testSet: { include: { cases: true } } },
  });
  if (!row) return null;
  return { ...phaseFromRow(row), testSet: row.testSet && testSetFromRow(row.testSet) };
}

/** The scored attempt of each submission, the latest where there are several, with its cases; by time. */
export async function readScored(db: Database, phaseId: string) {
  const rows = await db.evaluation.findMany({
    where: { state: 'SCORED', submission: { phaseId } },
    include: { scores: true, caseScores: { omit: { log: true } }, submission: { include: { team: true } } },
    orderBy: { createdAt: 'asc' },
  });
  const latest = [...new Map(rows.map((row) => [row.submissionId, row])).values()];
  return latest.map((row) => ({ ...row, caseScores: row.caseScores.map((one) => caseScoreFromRow(one)) }));
}
