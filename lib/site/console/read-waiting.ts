import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { countRankChanges, renewedMetrics } from '#lib/domain/evaluations/rescoring.ts';
import type { Database } from '#lib/platform/database.ts';
import { countHeld } from '#lib/platform/queue/read-queue.ts';
import { rescoringFromRow } from '#lib/platform/rows/rescoring.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';

/** What waits for a decision of the organizers. */
export async function readWaiting(
  { db, now }: Site,
  challenge: Challenge,
): Promise<OrganizerView['waiting']> {
  const { id: challengeId } = challenge;
  const asked = { dataset: { challengeId }, state: 'SUBMITTED' as const };
  const [pending, holds, requests, rescorings, dataRequests, overdueDataRequests] = await Promise.all([
    db.registration.aggregate({
      where: { challengeId, state: 'PENDING' },
      _count: true,
      _min: { createdAt: true },
    }),
    db.hold.count({ where: { challengeId } }),
    db.phaseDecision.count({ where: { decidedAt: null, phase: { challengeId } } }),
    readUndecided(db, challenge),
    db.dataRequest.count({ where: asked }),
    db.dataRequest.count({ where: { ...asked, dueAt: { lte: now() } } }),
  ]);
  return {
    registrations: pending._count,
    oldestRegistrationAt: pending._min.createdAt?.toISOString() ?? null,
    ...{ holds, requests, rescorings, dataRequests, overdueDataRequests },
    heldEvaluations: holds === 0 ? 0 : await countHeld(db, challengeId),
  };
}

/** A challenge has few: each is made by hand. */
const RESCORINGS_SHOWN = 5;

async function readUndecided(
  db: Database,
  { phases }: Challenge,
): Promise<OrganizerView['waiting']['rescorings']> {
  const rows = await db.rescoring.findMany({
    where: { phaseId: { in: phases.map(({ id }) => id) }, state: 'SHADOW' },
    orderBy: { id: 'desc' },
    take: RESCORINGS_SHOWN,
  });
  return rows.map((row) => {
    const { phaseId, report } = rescoringFromRow(row);
    return {
      phaseTitle: phases.find(({ id }) => id === phaseId)!.title,
      metrics: renewedMetrics(report),
      submissions: report.submissions.length,
      rankChanges: countRankChanges(report),
    };
  });
}
