import { phaseRulesSchema } from '#lib/domain/phases/rules.ts';
import { missingCapabilities, type RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { Database } from '#lib/platform/database.ts';

/** A runner's capabilities and the recipient of its key, which decides which test sets it can open. */
export interface RunnerProfile extends RunnerCapabilities {
  recipient: string;
}

/**
 * Phases with queued evaluations that this runner can't run, because its host lacks a capability or their
 * test set is sealed to another key, or a newer site stored a setting that this version can't read. The runner
 * leaves their evaluations in the queue for other runners.
 */
export async function findUnsupportedPhases(db: Database, runner: RunnerProfile): Promise<string[]> {
  const rows = await db.phase.findMany({
    where: { submissions: { some: { evaluations: { some: { state: 'QUEUED' } } } } },
    include: { testSet: { select: { recipient: true, caseCount: true } } },
  });
  return rows.flatMap((row) => {
    const { id, testSet } = row;
    const rules = phaseRulesSchema.safeParse(row).data;
    if (!rules || testSet?.recipient !== runner.recipient) return [id];
    return missingCapabilities({ ...rules, testSet }, runner).length > 0 ? [id] : [];
  });
}
