import type { RehearsalView } from '#lib/api/pages/organizer/rehearsal.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import { shortId } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { lockRehearsal, removeRehearsal } from './end-rehearsal.ts';

/** A phase that organizers rehearse is found by these slugs. */
interface RehearsedPlace {
  challenge: string;
  phase: string;
}

const MAX_LISTED = 100;

/** The rehearsal of a phase that hasn't opened; null once it has. For organizers. */
export async function rehearsalView(
  site: Site,
  place: RehearsedPlace,
  viewer: Viewer | null,
): Promise<RehearsalView | null> {
  const challenge = await findChallenge(site, place.challenge, viewer);
  authorize('console.read', viewer, { challenge });
  const phase = findPhase(challenge, place.phase);
  if (phaseStatus(phase, site.now()) !== 'upcoming') return null;
  const rows = await site.db.submission.findMany({
    where: { phaseId: phase.id, standing: 'REHEARSAL' },
    select: {
      id: true,
      algorithm: true,
      team: { select: { name: true } },
      evaluations: {
        orderBy: { createdAt: 'desc' },
        take: 1,
        select: { state: true, caseCount: true, scoredCases: true, failedCases: true },
      },
    },
    orderBy: { id: 'desc' },
    take: MAX_LISTED,
  });
  return {
    ...{ opensAt: phase.opensAt.toISOString(), zone: phase.zone, keeps: phase.keepsRehearsal },
    isReady: phase.testSet !== null,
    viewerMayRehearse: may('phase.rehearse', viewer, { challenge }),
    submissions: rows.map(({ id, algorithm, team, evaluations: [latest] }) => ({
      ...{ id, shortId: shortId(id), algorithm, team: team.name },
      state: latest?.state ?? 'QUEUED',
      doneCases: (latest?.scoredCases ?? 0) + (latest?.failedCases ?? 0),
      caseCount: latest?.caseCount ?? 0,
    })),
  };
}

/**
 * Removes all submissions of a rehearsal, so that settings and the test set can change again. Returns how many. Throws
 * FORBIDDEN.
 */
export async function removeRehearsals(
  site: Site,
  place: RehearsedPlace,
  viewer: Viewer | null,
): Promise<number> {
  const challenge = await findChallenge(site, place.challenge, viewer);
  const known = authorize('phase.rehearse', viewer, { challenge });
  const { id: phaseId } = findPhase(challenge, place.phase);
  const where = { phaseId, standing: 'REHEARSAL' as const };
  const rows = await site.db.submission.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } });
  let removed = 0;
  for (const { id } of rows) {
    await site.db.$transaction(async (tx) => {
      const rehearsed = await lockRehearsal(tx, id);
      if (!rehearsed) return;
      await removeRehearsal(site, tx, rehearsed, known);
      removed += 1;
    });
  }
  return removed;
}
