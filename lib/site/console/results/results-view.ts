import { RESULT_DECISIONS, type ResultsView } from '#lib/api/pages/organizer/results.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { may } from '#lib/site/authorization.ts';
import { phaseSummary } from '#lib/site/challenges/phase-view.ts';
import { findOrganized, listHead } from '#lib/site/console/organized-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { confirmationProblem } from './decide-results.ts';
import { keepsResultsBack } from './reveal-results.ts';

/** The state of the results of each phase, and what is requested about them. For organizers. */
export async function resultsView(site: Site, slug: string, viewer: Viewer | null): Promise<ResultsView> {
  const challenge = await findOrganized(site, slug, viewer);
  const phaseId = { in: challenge.phases.map(({ id }) => id) };
  const [snapshots, waiting] = await Promise.all([
    site.db.rankingSnapshot.findMany({
      where: { phaseId, frozenAt: { not: null } },
      select: { phaseId: true, frozenAt: true, finalId: true },
    }),
    site.db.phaseDecision.findMany({
      where: { phaseId, decidedAt: null },
      include: { requestedBy: { select: { id: true, name: true, isAdmin: true } } },
    }),
  ]);
  const mayDecide = may('ranking.freeze', viewer, { challenge });
  const phases = challenge.phases.map((phase) => {
    const frozen = snapshots.find((snapshot) => snapshot.phaseId === phase.id);
    const request = waiting.find((one) => one.phaseId === phase.id);
    const kind = RESULT_DECISIONS.find((one) => one === request?.kind);
    return {
      phase: phaseSummary(phase, site.now()),
      final: frozen ? { at: frozen.frozenAt!.toISOString(), ranking: frozen.finalId! } : null,
      keepsBack: keepsResultsBack(phase),
      requested:
        request && kind
          ? {
              ...{ id: request.id, kind, requestedBy: request.requestedBy.name },
              ...{ at: request.createdAt.toISOString(), needsTwo: request.needsTwo },
              viewerMayConfirm: mayDecide && confirmationProblem(challenge, request, viewer!) === null,
            }
          : null,
    };
  });
  const { requiresTwoOrganizers } = challenge;
  return { ...listHead(site, challenge), phases, requiresTwoOrganizers, viewerMay: { decide: mayDecide } };
}
