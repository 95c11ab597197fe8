import { EVALUATION_STATES, isFinal } from '#lib/domain/evaluations/state.ts';
import type { PhaseFacts } from '#lib/domain/phases/facts.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { readUsedTotals } from '#lib/site/submissions/read-quota.ts';
import type { Challenge } from './find-challenge.ts';

/** What a change of these phases may affect, by their slugs. */
export async function readPhaseFacts(
  tx: Transaction,
  phases: Challenge['phases'],
  now: Date,
): Promise<Map<string, PhaseFacts>> {
  const facts = new Map<string, PhaseFacts>();
  for (const phase of phases) {
    const [submissions, unfinished, usedTotals] = [
      await tx.submission.count({ where: { phaseId: phase.id } }),
      await tx.evaluation.count({
        where: {
          submission: { phaseId: phase.id },
          state: { in: EVALUATION_STATES.filter((state) => !isFinal(state)) },
        },
      }),
      await readUsedTotals(tx, phase, now),
    ];
    facts.set(phase.slug, { now, submissions, unfinished, usedTotals, hasTestSet: phase.testSetId !== null });
  }
  return facts;
}
