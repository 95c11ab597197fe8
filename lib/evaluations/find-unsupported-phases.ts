import { missingCapabilities, type RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { Database } from '#lib/platform/database.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';

/** What a runner can do, and the recipient of its key: it opens the test sets that are sealed to it. */
export interface RunnerReach extends RunnerCapabilities {
  recipient: string;
}

/**
 * Phases of evaluations that wait in the queue and that this runner can't run: they ask for more than its host
 * has, or their test set is sealed to another key. It leaves them to others, at no cost to anybody.
 */
export async function findUnsupportedPhases(db: Database, reach: RunnerReach): Promise<string[]> {
  const rows = await db.phase.findMany({
    where: { submissions: { some: { evaluations: { some: { state: 'QUEUED' } } } } },
    include: { testSet: { select: { recipient: true, caseCount: true } } },
  });
  return rows.flatMap((row) => {
    const phase = phaseFromRow(row);
    const missing = missingCapabilities(phase, reach);
    return missing.length > 0 || phase.testSet?.recipient !== reach.recipient ? [phase.id] : [];
  });
}
