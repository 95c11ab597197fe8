import { monthName, spanMs } from '#components/format/time.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';

/** A time axis that all rows of a drawing share. Positions are percentages of its width. */
export interface TimeScale {
  from: number;
  to: number;
  ticks: { at: number; label: string }[];
}

interface Step {
  /** Start of the UTC unit that contains `ms`. */
  floor: (ms: number) => number;
  next: (ms: number) => number;
  label: (ms: number, first: boolean) => string;
}

function startOfMonth(ms: number, months: number): number {
  const at = new Date(ms);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - (at.getUTCMonth() % months), 1);
}

function dayLabel(ms: number, first: boolean): string {
  const at = new Date(ms);
  const day = `${at.getUTCDate()} ${monthName(at.getUTCMonth())}`;
  return first ? `${day} ${at.getUTCFullYear()}` : day;
}

function dayStep(days: number): Step {
  return {
    floor: (ms) => Math.floor(ms / (days * DAY_MS)) * days * DAY_MS,
    next: (ms) => ms + days * DAY_MS,
    label: dayLabel,
  };
}

function monthStep(months: number): Step {
  return {
    floor: (ms) => startOfMonth(ms, months),
    next: (ms) => {
      const at = new Date(ms);
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, 1);
    },
    label: (ms, first) => {
      const at = new Date(ms);
      const name = monthName(at.getUTCMonth());
      return first || at.getUTCMonth() === 0 ? `${name} ${at.getUTCFullYear()}` : name;
    },
  };
}

const STEPS: readonly Step[] = [
  dayStep(1),
  dayStep(2),
  dayStep(7),
  monthStep(1),
  monthStep(3),
  monthStep(6),
  monthStep(12),
];
const MAX_TICKS = 7;

/** A scale of whole units around the given times, with at most MAX_TICKS ticks. */
export function timeScale(times: readonly string[]): TimeScale {
  const values = times.map((time) => Date.parse(time));
  const first = Math.min(...values);
  const last = Math.max(...values);
  for (const step of STEPS) {
    const starts: number[] = [];
    let at = step.floor(first);
    while (at <= last && starts.length <= MAX_TICKS) {
      starts.push(at);
      at = step.next(at);
    }
    if (starts.length > MAX_TICKS) continue;
    return {
      from: starts[0]!,
      to: at,
      ticks: starts.map((start, index) => ({ at: start, label: step.label(start, index === 0) })),
    };
  }
  return { from: first, to: last, ticks: [] };
}

/** Every second label is hidden on a phone, where they would overlap (figures.css). */
export function tickClass(index: number): string | undefined {
  return index % 2 === 1 ? 'wide-only' : undefined;
}

/** Position of a time on the scale in percent, rounded for SVG attributes. */
export function positionOf(scale: TimeScale, ms: number): number {
  if (scale.to === scale.from) return 0;
  return Number((((ms - scale.from) / (scale.to - scale.from)) * 100).toFixed(3));
}

/** Start, end and position of `asOf` within a phase’s window, in percent. */
export function windowOn(
  scale: TimeScale,
  opensAt: string,
  closesAt: string,
  asOf: string,
): { start: number; now: number; end: number } {
  const start = positionOf(scale, Date.parse(opensAt));
  const end = positionOf(scale, Date.parse(closesAt));
  const elapsed = Math.min(Math.max(0, spanMs(opensAt, asOf)), spanMs(opensAt, closesAt));
  return { start, end, now: positionOf(scale, Date.parse(opensAt) + elapsed) };
}
