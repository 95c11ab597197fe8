import { DAY_MS } from '#lib/domain/minutes.ts';

/** How long before a date people are told about it. */
const AHEAD_MS = { opens: DAY_MS, closes: 2 * DAY_MS } as const;

export type DateEvent = keyof typeof AHEAD_MS;
export const DATE_EVENTS = Object.keys(AHEAD_MS) as [DateEvent, ...DateEvent[]];

/** Dates up to here are near at `now`. */
export function horizonOf(event: DateEvent, now: Date): Date {
  return new Date(now.getTime() + AHEAD_MS[event]);
}

/**
 * What is about to happen to a phase: it opens within a day, or it is open and closes within two. At most one of them
 * at a time.
 */
export function nearDate(
  { opensAt, closesAt }: { opensAt: Date; closesAt: Date },
  now: Date,
): { event: DateEvent; at: Date } | null {
  if (now < opensAt) return opensAt <= horizonOf('opens', now) ? { event: 'opens', at: opensAt } : null;
  return now < closesAt && closesAt <= horizonOf('closes', now) ? { event: 'closes', at: closesAt } : null;
}
