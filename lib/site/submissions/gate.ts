import { discloseSubmission } from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { type Phase, phaseFromRow } from '#lib/platform/rows/phase.ts';
import { readShownScores } from './disclosure/shown-scores.ts';

/**
 * A gate asks for a score in another phase. A threshold is compared with scores that the team sees, or it would tell about
 * those that it doesn't. Throws GATE_CLOSED, which says what is missing.
 */
export async function requireGate(
  db: Transaction,
  { challengeId, gate }: Phase,
  teamId: string,
): Promise<void> {
  if (gate === null) return;
  const row = await db.phase.findFirst({
    where: { challengeId, slug: gate.phase },
    include: { testSet: { select: { caseCount: true } } },
  });
  // Definitions are checked for it; a phase that is gone closes no gate.
  if (!row) return;
  const { testSet, ...earlier } = phaseFromRow(row);
  const primary = requireMetric(earlier.task, earlier.metrics[0]!.metric);
  const isLower = primary.better === 'lower';
  const { threshold } = gate;
  const reaches = (mean: number | null | undefined) =>
    mean != null && (isLower ? mean <= threshold! : mean >= threshold!);
  const scored = await db.evaluation.findMany({
    where: {
      state: 'SCORED',
      submission: {
        phaseId: earlier.id,
        teamId,
        standing: 'RANKED',
        tombstones: { none: { undoneAt: null } },
      },
    },
    select: { id: true, submission: { select: { ladder: { select: { isShown: true } } } } },
  });
  const heldBack = drawHeldBack({ ...earlier, caseCount: testSet?.caseCount ?? 0 });
  for (const { id, submission } of scored) {
    if (threshold === null) return;
    const disclosure = discloseSubmission(earlier, { isScored: true, ladder: submission.ladder }, 'team');
    if (disclosure.withheld !== null) continue;
    const scores = await readShownScores(db, id, { phase: earlier, heldBack, disclosure });
    if (reaches(scores.find(({ metric }) => metric === primary.key)?.mean)) return;
  }
  const needed =
    threshold === null
      ? 'a scored submission'
      : `a submission with a ${primary.label} of ${isLower ? 'at most' : 'at least'} ${threshold}`;
  throw new DomainError(
    'GATE_CLOSED',
    `This phase is open to teams with ${needed} in the phase “${earlier.title}”, which yours doesn’t have yet. Nothing was submitted.`,
  );
}
