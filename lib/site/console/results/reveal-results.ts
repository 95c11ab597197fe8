import type { Viewer } from '#lib/api/pages/viewer.ts';
import { isSealed, leavesOutHeldBack } from '#lib/domain/disclosure/disclosure.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { type Confirm, requireEnd } from '#lib/site/leaderboards/permanent/freeze-ranking.ts';
import type { Site } from '#lib/site/site.ts';

/** Whether a phase keeps results back: it is sealed, or some of its cases don't count yet. */
export function keepsResultsBack(phase: PhaseWithTestSet): boolean {
  return isSealed(phase) || leavesOutHeldBack(phase);
}

/**
 * Shows everyone the results of a closed phase; held-back cases count from now on. It can't be undone. Throws CONFLICT,
 * FORBIDDEN.
 */
export async function revealResults(
  site: Site,
  { challenge: slug, phase: phaseSlug }: { challenge: string; phase: string },
  viewer: Viewer | null,
  confirm: Confirm,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('ranking.freeze', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  await requireEnd(site, phase);
  await site.db.$transaction(async (tx) => {
    // The database makes the ranking out of date.
    const { count } = await tx.phase.updateMany({
      where: { id: phase.id, revealedAt: null },
      data: { revealedAt: site.now() },
    });
    if (count === 0) throw new DomainError('CONFLICT', 'The results have been revealed already.');
    await confirm(tx, challenge);
    const change = { before: { revealed: false }, after: { revealed: true } };
    await recordAudit(tx, organizer, 'result.reveal', challenge.id, { phase: phase.slug }, change);
  });
  site.shared.forget();
}
