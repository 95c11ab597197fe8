import type { PhaseSummary } from '#lib/api/phases.ts';
import { counted } from '#lib/domain/units.ts';
import { percent } from './quantity.ts';
import { formatLongSpan, spanMs, zonedDate, zonedDateTime, zonedDay } from './time.ts';

/** Labels for phases, shared by all pages. Their dates are on the calendar of the phase's time zone. */

/** "12 hidden cases", "2 open cases", "no test set yet" */
export function formatCaseCount(phase: PhaseSummary): string {
  const kind = phase.kind === 'HIDDEN' ? 'hidden' : 'open';
  if (phase.caseCount === null) return 'no test set yet';
  return counted(phase.caseCount, `${kind} case`);
}

/** "12 Jan to 28 Feb", "opens 2 Mar", "closed 28 Feb" */
export function formatWindow(phase: PhaseSummary): string {
  if (phase.status === 'upcoming') return `opens ${zonedDay(phase.opensAt, phase.zone)}`;
  if (phase.status === 'closed') return `closed ${zonedDay(phase.closesAt, phase.zone)}`;
  return `${zonedDay(phase.opensAt, phase.zone)} to ${zonedDay(phase.closesAt, phase.zone)}`;
}

/** Whether organizers can submit to it before it opens. */
export function takesRehearsals(phase: PhaseSummary, { rehearses }: { rehearses: boolean }): boolean {
  return rehearses && phase.status === 'upcoming' && phase.caseCount !== null;
}

/** Whether teams can submit to it now, ranked or late. */
export function takesSubmissions(phase: PhaseSummary): boolean {
  return phase.status === 'open' || phase.late?.isOpen === true;
}

/** "late submissions until 7 Mar 2026, 12:00 UTC aren't ranked"; null where it takes none now. */
export function formatLate(phase: PhaseSummary): string | null {
  if (!phase.late?.isOpen) return null;
  const { until } = phase.late;
  return `late submissions${until === null ? '' : ` until ${zonedDateTime(until, phase.zone)}`} aren’t ranked`;
}

/** Elapsed part of the phase’s window, in percent. */
export function elapsedPercent(phase: PhaseSummary, asOf: string): number {
  return percent(spanMs(phase.opensAt, asOf), spanMs(phase.opensAt, phase.closesAt));
}

/** How long until the phase closes or opens, and when exactly. */
export function formatDeadline(phase: PhaseSummary, asOf: string): { left: string; when: string } {
  if (phase.status === 'upcoming')
    return {
      left: `opens in ${formatLongSpan(spanMs(asOf, phase.opensAt))}`,
      when: `on ${zonedDateTime(phase.opensAt, phase.zone)}`,
    };
  if (phase.status === 'closed')
    return { left: 'closed', when: `on ${zonedDateTime(phase.closesAt, phase.zone)}` };
  return {
    left: `${formatLongSpan(spanMs(asOf, phase.closesAt))} left`,
    when: `closes ${zonedDateTime(phase.closesAt, phase.zone)}`,
  };
}

/** "open, 23 days left", "opens 2 Mar 2026", "closed 28 Feb 2026" */
export function formatPhaseState(phase: PhaseSummary, asOf: string): string {
  if (phase.status === 'upcoming') return `opens ${zonedDate(phase.opensAt, phase.zone)}`;
  if (phase.status === 'closed') return `closed ${zonedDate(phase.closesAt, phase.zone)}`;
  return `open, ${formatLongSpan(spanMs(asOf, phase.closesAt))} left`;
}

/** The phase to show first: the latest open hidden one, else the latest open one, else the next, else the last. */
export function currentPhase(phases: readonly PhaseSummary[]): PhaseSummary | null {
  const openHidden = phases.findLast((phase) => phase.status === 'open' && phase.kind === 'HIDDEN');
  const open = phases.findLast((phase) => phase.status === 'open');
  const upcoming = phases.find((phase) => phase.status === 'upcoming');
  return openHidden ?? open ?? upcoming ?? phases.at(-1) ?? null;
}
