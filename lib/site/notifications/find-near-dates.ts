import { horizonOf, nearDate } from '#lib/domain/notifications/dates.ts';
import { withException } from '#lib/domain/phases/exceptions.ts';
import type { Database } from '#lib/platform/database.ts';
import { addNotices, type NewNotice } from './notices.ts';

/** Adds a notice for each phase that opens or closes soon, also for the teams that were granted a later date. */
export async function noteNearDates({ db, now }: { db: Database; now(): Date }): Promise<void> {
  const at = now();
  const granted = { closesAt: { gt: at, lte: horizonOf('closes', at) } };
  const phases = await db.phase.findMany({
    where: {
      OR: [
        { opensAt: { gt: at, lte: horizonOf('opens', at) } },
        { opensAt: { lte: at }, ...granted },
        { exceptions: { some: granted } },
      ],
    },
    include: { exceptions: { where: { closesAt: { not: null } } } },
  });
  const notices = phases.flatMap((phase): NewNotice[] => {
    const later = phase.exceptions.filter(({ closesAt }) => closesAt !== null && closesAt > phase.closesAt);
    return [
      ...noticeOf(phase, null, phase.id, at),
      ...later.flatMap((exception) => {
        // Everybody hears of the opening.
        const notice = noticeOf(withException(phase, exception), exception.teamId, phase.id, at);
        return notice.filter(({ content }) => content.kind === 'dates' && content.event === 'closes');
      }),
    ];
  });
  if (notices.length > 0) await addNotices(db, notices);
}

function noticeOf(
  dates: { opensAt: Date; closesAt: Date },
  teamId: string | null,
  phaseId: string,
  now: Date,
): NewNotice[] {
  const near = nearDate(dates, now);
  if (near === null) return [];
  const { event } = near;
  return [{ content: { kind: 'dates', phaseId, event, at: near.at.toISOString(), teamId }, dueAt: now }];
}
