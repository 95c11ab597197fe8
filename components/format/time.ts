import { DAY_MS, HOUR_MS, MINUTE_MS } from '#lib/domain/minutes.ts';
import { counted } from '#lib/domain/units.ts';
import { wallTime, zoneLabel } from '#lib/domain/zones.ts';

/** Formats times, always in UTC and labeled so. The browser adds the reader’s time zone. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export const SECOND_MS = 1000;

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** "5 Feb" */
export function utcDay(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}

/** "5 Feb 2026" */
export function utcDate(iso: string): string {
  return `${utcDay(iso)} ${new Date(iso).getUTCFullYear()}`;
}

/** "14:07" */
export function utcClock(iso: string): string {
  const at = new Date(iso);
  return `${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())}`;
}

/** "14:07:32" */
export function utcClockSeconds(iso: string): string {
  return `${utcClock(iso)}:${twoDigits(new Date(iso).getUTCSeconds())}`;
}

/** "5 Feb 2026, 14:07 UTC" */
export function utcDateTime(iso: string): string {
  return `${utcDate(iso)}, ${utcClock(iso)} UTC`;
}

/** "14:07" on the day of `asOf`, else "4 Feb, 14:07". */
export function utcClockNear(iso: string, asOf: string): string {
  return utcDate(iso) === utcDate(asOf) ? utcClock(iso) : `${utcDay(iso)}, ${utcClock(iso)}`;
}

/** "28 Feb" on the calendar of a time zone. */
export function zonedDay(iso: string, zone: string): string {
  return utcDay(`${wallTime(new Date(iso), zone)}Z`);
}

/** "28 Feb 2026" on the calendar of a time zone. */
export function zonedDate(iso: string, zone: string): string {
  return utcDate(`${wallTime(new Date(iso), zone)}Z`);
}

/** "28 Feb 2026, 23:59 anywhere on earth", "1 Mar 2026, 11:59 UTC" */
export function zonedDateTime(iso: string, zone: string): string {
  return `${zonedDate(iso, zone)}, ${utcClock(`${wallTime(new Date(iso), zone)}Z`)} ${zoneLabel(zone)}`;
}

export function monthName(monthIndex: number): string {
  return MONTHS[monthIndex] ?? '';
}

/** One unit, rounded down so that it never overstates: "23 days", "9 h", "52 min", "40 s". */
export function formatShortSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span >= 2 * DAY_MS) return counted(Math.floor(span / DAY_MS), 'day');
  if (span >= HOUR_MS) return `${Math.floor(span / HOUR_MS)} h`;
  if (span >= MINUTE_MS) return `${Math.floor(span / MINUTE_MS)} min`;
  return `${Math.floor(span / SECOND_MS)} s`;
}

/** Two units: "9 h 52 min", "3 min 20 s". */
export function formatLongSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span >= 2 * DAY_MS) return counted(Math.floor(span / DAY_MS), 'day');
  if (span >= HOUR_MS)
    return `${Math.floor(span / HOUR_MS)} h ${Math.floor((span % HOUR_MS) / MINUTE_MS)} min`;
  if (span >= MINUTE_MS)
    return `${Math.floor(span / MINUTE_MS)} min ${Math.floor((span % MINUTE_MS) / SECOND_MS)} s`;
  return `${Math.floor(span / SECOND_MS)} s`;
}

/** Milliseconds from one ISO time to another. */
export function spanMs(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
