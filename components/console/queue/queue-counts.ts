import { formatShortSpan, spanMs } from '#components/format/time.ts';
import type { PhaseCounts } from '#lib/api/pages/organizer.ts';
import { counted } from '#lib/domain/units.ts';

export interface QueueCounts {
  waiting: number;
  running: number;
  /** Since when the oldest evaluation waits; null if none does. */
  oldestAt: string | null;
}

/** Of all phases together. */
export function queueCounts(counts: readonly PhaseCounts[]): QueueCounts {
  const sum = (state: 'QUEUED' | 'RUNNING') => counts.reduce((total, { states }) => total + states[state], 0);
  const oldest = counts.flatMap(({ oldestQueuedAt }) => oldestQueuedAt ?? []).sort();
  return { waiting: sum('QUEUED'), running: sum('RUNNING'), oldestAt: oldest[0] ?? null };
}

/**
 * "12 waiting, 2 running (Validation: 9 waiting, the oldest for 3 h; Rehearsal: 3, for 5 min); 4 from other
 * challenges waiting for the same runners."
 */
export function describeQueue(counts: readonly PhaseCounts[], queueLength: number, asOf: string): string {
  const { waiting, running } = queueCounts(counts);
  const phases = counts.flatMap(({ phaseTitle, states, oldestQueuedAt }) =>
    oldestQueuedAt === null
      ? []
      : `${phaseTitle}: ${states.QUEUED} waiting, the oldest for ${formatShortSpan(spanMs(oldestQueuedAt, asOf))}`,
  );
  const elsewhere = Math.max(0, queueLength - waiting);
  return [
    `${waiting} waiting, ${running} running`,
    ...(phases.length > 0 ? [` (${phases.join('; ')})`] : []),
    ...(elsewhere > 0 ? [`; ${elsewhere} from other challenges waiting for the same runners`] : []),
    '.',
  ].join('');
}

/**
 * What an empty queue says. Evaluations whose scorer failed wait without a place in it: until the organizers import another
 * scorer, no runner takes them.
 */
export function describeEmptyQueue(counts: readonly PhaseCounts[]): string {
  const { waiting } = queueCounts(counts);
  if (waiting === 0) return 'Nothing is waiting.';
  return `The queue is empty. ${counted(waiting, 'evaluation waits', 'evaluations wait')} for another scorer.`;
}

/** Number of submissions of a challenge. */
export function countSubmissions(counts: readonly PhaseCounts[]): number {
  return counts.flatMap(({ states }) => Object.values(states)).reduce((sum, count) => sum + count, 0);
}
