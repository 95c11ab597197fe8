import type { PhaseSummary } from '#lib/api/phases.ts';
import { counted } from '#lib/domain/units.ts';
import { percent } from './quantity.ts';
import { formatLongSpan, spanMs, utcDate, utcDateTime, utcDay } from './time.ts';

/** Labels for phases, shared by all pages. */

/** "12 hidden cases", "2 open cases", "no test set yet" */
export function formatCaseCount(phase: PhaseSummary): string {
  const kind = phase.kind === 'HIDDEN' ? 'hidden' : 'open';
  if (phase.caseCount === null) return 'no test set yet';
  return counted(phase.caseCount, `${kind} case`);
}

/** "12 Jan to 28 Feb", "opens 2 Mar", "closed 28 Feb" */
export function formatWindow(phase: PhaseSummary): string {
  if (phase.status === 'upcoming') return `opens ${utcDay(phase.opensAt)}`;
  if (phase.status === 'closed') return `closed ${utcDay(phase.closesAt)}`;
  return `${utcDay(phase.opensAt)} to ${utcDay(phase.closesAt)}`;
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
      when: `on ${utcDateTime(phase.opensAt)}`,
    };
  if (phase.status === 'closed') return { left: 'closed', when: `on ${utcDateTime(phase.closesAt)}` };
  return {
    left: `${formatLongSpan(spanMs(asOf, phase.closesAt))} left`,
    when: `closes ${utcDateTime(phase.closesAt)}`,
  };
}

/** "open, 23 days left", "opens 2 Mar 2026", "closed 28 Feb 2026" */
export function formatPhaseState(phase: PhaseSummary, asOf: string): string {
  if (phase.status === 'upcoming') return `opens ${utcDate(phase.opensAt)}`;
  if (phase.status === 'closed') return `closed ${utcDate(phase.closesAt)}`;
  return `open, ${formatLongSpan(spanMs(asOf, phase.closesAt))} left`;
}

/** The phase to show first: the latest open hidden one, else the latest open one, else the next, else the last. */
export function currentPhase(phases: readonly PhaseSummary[]): PhaseSummary | null {
  const openHidden = phases.findLast((phase) => phase.status === 'open' && phase.kind === 'HIDDEN');
  const open = phases.findLast((phase) => phase.status === 'open');
  const upcoming = phases.find((phase) => phase.status === 'upcoming');
  return openHidden ?? open ?? upcoming ?? phases.at(-1) ?? null;
}
