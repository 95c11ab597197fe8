import { spanMs, utcClock, utcClockNear, utcDate } from '#components/format/time.ts';
import type { QueueEntry } from '#lib/api/pages/organizer.ts';
import { HOUR_MS, MINUTE_MS } from '#lib/domain/minutes.ts';

/**
 * When an evaluation will probably start: "next", "14:15", "16:00–17:00", "after 18:00". Later times are rounded to
 * more minutes, outwards, because they are less sure.
 */
export function formatExpectedStart({ held, starts }: Pick<QueueEntry, 'held' | 'starts'>, asOf: string) {
  if (held) return 'held';
  if (starts === null) return 'not known yet';
  const { earliest, latest } = starts;
  const from = rounded(earliest, asOf, Math.floor);
  if (latest === null) return isSoon(earliest, asOf) ? 'not known yet' : `after ${utcClockNear(from, asOf)}`;
  if (isSoon(latest, asOf)) return 'next';
  const to = rounded(latest, asOf, Math.ceil);
  const start = isSoon(earliest, asOf) ? 'now' : utcClockNear(from, asOf);
  if (spanMs(from, to) <= 5 * MINUTE_MS) return utcClockNear(to, asOf);
  return `${start}–${utcDate(from) === utcDate(to) ? utcClock(to) : utcClockNear(to, asOf)}`;
}

function isSoon(iso: string, asOf: string): boolean {
  return spanMs(asOf, iso) < MINUTE_MS;
}

function rounded(iso: string, asOf: string, round: (steps: number) => number): string {
  const span = spanMs(asOf, iso);
  const step = (span < HOUR_MS ? 5 : span < 6 * HOUR_MS ? 15 : 60) * MINUTE_MS;
  return new Date(round(Date.parse(iso) / step) * step).toISOString();
}
