import { missingCapabilities, type RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { Database } from '#lib/platform/database.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';

/** A runner's capabilities and the recipient of its key, which decides which test sets it can open. */
export interface RunnerProfile extends RunnerCapabilities {
  recipient: string;
}

/**
 * Phases with queued evaluations that this runner can't run, because its host lacks a capability or their
 * test set is sealed to another key. The runner leaves their evaluations in the queue for other runners.
 */
export async function findUnsupportedPhases(db: Database, runner: RunnerProfile): Promise<string[]> {
  const rows = await db.phase.findMany({
    where: { submissions: { some: { evaluations: { some: { state: 'QUEUED' } } } } },
    include: { testSet: { select: { recipient: true, caseCount: true } } },
  });
  return rows.flatMap((row) => {
    const phase = phaseFromRow(row);
    const missing = missingCapabilities(phase, runner);
    return missing.length > 0 || phase.testSet?.recipient !== runner.recipient ? [phase.id] : [];
  });
}
