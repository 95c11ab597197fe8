import type { PhaseSummary } from '#lib/api/phases.ts';
import { percent } from './quantity.ts';
import { longSpan, spanMs, utcDate, utcDateTime, utcDay } from './time.ts';

/** Words about a phase that several pages say in the same way. */

/** "12 hidden scans", "2 open scans" */
export function scansOf(phase: PhaseSummary): string {
  const kind = phase.kind === 'HIDDEN' ? 'hidden' : 'open';
  if (phase.caseCount === null) return `${kind} scans`;
  return `${phase.caseCount} ${kind} ${phase.caseCount === 1 ? 'scan' : 'scans'}`;
}

/** "12 Jan to 28 Feb", "opens 2 Mar", "closed 28 Feb" */
export function windowOf(phase: PhaseSummary): string {
  if (phase.status === 'upcoming') return `opens ${utcDay(phase.opensAt)}`;
  if (phase.status === 'closed') return `closed ${utcDay(phase.closesAt)}`;
  return `${utcDay(phase.opensAt)} to ${utcDay(phase.closesAt)}`;
}

/** Share of the phase's window that is gone, in per cent. */
export function elapsedPercent(phase: PhaseSummary, asOf: string): number {
  return percent(spanMs(phase.opensAt, asOf), spanMs(phase.opensAt, phase.closesAt));
}

/** What counts now: how long until it closes or opens, and when exactly. */
export function deadlineOf(phase: PhaseSummary, asOf: string): { left: string; when: string } {
  if (phase.status === 'upcoming')
    return {
      left: `opens in ${longSpan(spanMs(asOf, phase.opensAt))}`,
      when: `on ${utcDateTime(phase.opensAt)}`,
    };
  if (phase.status === 'closed') return { left: 'closed', when: `on ${utcDateTime(phase.closesAt)}` };
  return {
    left: `${longSpan(spanMs(asOf, phase.closesAt))} left`,
    when: `closes ${utcDateTime(phase.closesAt)}`,
  };
}

/** "open, 23 days left", "opens 2 Mar 2026", "closed 28 Feb 2026" */
export function stateOf(phase: PhaseSummary, asOf: string): string {
  if (phase.status === 'upcoming') return `opens ${utcDate(phase.opensAt)}`;
  if (phase.status === 'closed') return `closed ${utcDate(phase.closesAt)}`;
  return `open, ${longSpan(spanMs(asOf, phase.closesAt))} left`;
}

/** The phase that a page shows first: an open hidden one, else what is open, else what opens next, else the last. */
export function currentPhase(phases: readonly PhaseSummary[]): PhaseSummary | null {
  const openHidden = phases.findLast((phase) => phase.status === 'open' && phase.kind === 'HIDDEN');
  const open = phases.findLast((phase) => phase.status === 'open');
  const upcoming = phases.find((phase) => phase.status === 'upcoming');
  return openHidden ?? open ?? upcoming ?? phases.at(-1) ?? null;
}
