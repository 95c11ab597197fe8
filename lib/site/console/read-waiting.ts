import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { countHeld } from '#lib/platform/queue/read-queue.ts';
import type { Site } from '#lib/site/site.ts';

/** What waits for a decision of the organizers. */
export async function readWaiting({ db }: Site, challengeId: string): Promise<OrganizerView['waiting']> {
  const [pending, holds, requests] = await Promise.all([
    db.registration.aggregate({
      where: { challengeId, state: 'PENDING' },
      _count: true,
      _min: { createdAt: true },
    }),
    db.hold.count({ where: { challengeId } }),
    db.phaseDecision.count({ where: { decidedAt: null, phase: { challengeId } } }),
  ]);
  return {
    registrations: pending._count,
    oldestRegistrationAt: pending._min.createdAt?.toISOString() ?? null,
    ...{ holds, requests },
    heldEvaluations: holds === 0 ? 0 : await countHeld(db, challengeId),
  };
}
