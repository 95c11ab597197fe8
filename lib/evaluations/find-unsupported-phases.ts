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
  // From the queued evaluations, of which there are few; Prisma would look at every submission.
  const waiting = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT submission."phaseId" AS id
    FROM "Evaluation" evaluation JOIN "Submission" submission ON submission.id = evaluation."submissionId"
    WHERE evaluation.state = 'QUEUED'`;
  if (waiting.length === 0) return [];
  const rows = await db.phase.findMany({
    where: { id: { in: waiting.map(({ id }) => id) } },
    include: { testSet: { select: { recipient: true, caseCount: true } } },
  });
  return rows.flatMap((row) => {
    const { id, testSet } = row;
    const rules = phaseRulesSchema.safeParse(row).data;
    if (!rules || testSet?.recipient !== runner.recipient) return [id];
    return missingCapabilities({ ...rules, testSet }, runner).length > 0 ? [id] : [];
  });
}
