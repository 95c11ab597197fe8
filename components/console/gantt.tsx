'use client';

import {
  positionOf,
  type TimeScale,
  tickClass,
  timeScale,
  windowOn,
} from '#components/challenge/time-scale.ts';
import { formatCaseCount, formatPhaseState } from '#components/format/phase-labels.ts';
import { utcClock, utcDate, utcDay } from '#components/format/time.ts';
import type { UnservedPhase } from '#lib/api/pages/organizer.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { describeRule } from '#lib/domain/phases/rules.ts';
import { UTC, wallTime, zoneLabel } from '#lib/domain/zones.ts';

/** The phases as a table, with a column that plots them on one time axis. */
export function Gantt({
  phases,
  rules,
  unserved,
  asOf,
}: {
  phases: readonly PhaseSummary[];
  rules: readonly PhaseRules[];
  unserved: readonly UnservedPhase[];
  asOf: string;
}) {
  // The whole drawing is on the calendar of the organizers' zone.
  const zone = sharedZone(phases);
  const now = onCalendar(asOf, zone);
  const windows = phases.map((phase) => ({
    opensAt: onCalendar(phase.opensAt, zone),
    closesAt: onCalendar(phase.closesAt, zone),
    status: phase.status,
  }));
  const scale = timeScale([...windows.flatMap(({ opensAt, closesAt }) => [opensAt, closesAt]), now]);
  return (
    <table className="plain gantt stackable">
      <caption>
        <b>Table 1 | Phases.</b> Solid: elapsed. Outlined: remaining. Dashed: not open yet. Times:{' '}
        {zoneLabel(zone)}.
      </caption>
      <thead>
        <tr>
          <th scope="col" className="c-phase">
            Phase
          </th>
          <th scope="col" className="c-state">
            State
          </th>
          <th scope="col" className="c-window">
            <span className="vh">Window</span>
            <AxisHead scale={scale} asOf={now} />
          </th>
          <th scope="col" className="c-rules">
            Rules
          </th>
        </tr>
      </thead>
      <tbody>
        {phases.map((phase, index) => {
          const { opensAt, closesAt } = windows[index]!;
          const rule = rules.find((entry) => entry.phaseSlug === phase.slug);
          return (
            <tr key={phase.slug}>
              <th scope="row">
                {phase.title}
                <span className={phase.caseCount === null ? 'unit warn' : 'unit'}>
                  {phase.caseCount === null ? 'no test set yet' : formatCaseCount(phase)}
                </span>
                {unserved.some(({ phaseSlug }) => phaseSlug === phase.slug) ? (
                  <span className="unit warn">no runner supports it</span>
                ) : null}
              </th>
              <td className="small">{formatPhaseState(phase, asOf)}</td>
              <td className="c-window">
                <span className="vh">
                  {utcDate(opensAt)} {utcClock(opensAt)} to {utcDate(closesAt)} {utcClock(closesAt)}
                </span>
                <WindowBar phase={windows[index]!} scale={scale} asOf={now} />
              </td>
              <td className="small soft c-rules">{rule ? formatRules(rule) : ''}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** "3 per day, 40 in total; the best submission of a team; …": the rules that organizers look for. */
function formatRules(rules: PhaseRules): string {
  return [
    describeRule(rules, 'Submissions'),
    describeRule(rules, 'Counts'),
    describeRule(rules, 'Contract'),
    describeRule(rules, 'Limits'),
  ].join('; ');
}

function AxisHead({ scale, asOf }: { scale: TimeScale; asOf: string }) {
  const now = positionOf(scale, Date.parse(asOf));
  return (
    <svg className="window" aria-hidden="true">
      {scale.ticks.map((tick, index) => {
        const at = positionOf(scale, tick.at);
        // Leave out a label that today’s date would overlap.
        const overlapsNow = Math.abs(at - now) < 9;
        return (
          <svg key={tick.at} x={`${at}%`} y="100%" overflow="visible" aria-hidden="true">
            {overlapsNow ? null : (
              <text className={Math.abs(at - now) < 20 ? 'wide-only' : tickClass(index)} y="-9" dx="4">
                {tick.label}
              </text>
            )}
            <line className="ax" y1="-5" y2="0" />
          </svg>
        );
      })}
      <svg x={`${now}%`} y="100%" overflow="visible" aria-hidden="true">
        <text className="today halo" y="-9" dx={now > 85 ? -5 : 5} textAnchor={now > 85 ? 'end' : 'start'}>
          {utcDay(asOf)}
        </text>
        <line className="now-line" y1="-22" y2="0" />
      </svg>
    </svg>
  );
}

function WindowBar({
  phase,
  scale,
  asOf,
}: {
  phase: Pick<PhaseSummary, 'opensAt' | 'closesAt' | 'status'>;
  scale: TimeScale;
  asOf: string;
}) {
  const at = windowOn(scale, phase.opensAt, phase.closesAt, asOf);
  const now = `${positionOf(scale, Date.parse(asOf))}%`;
  const label = labelPlace(at);
  return (
    <svg className="window" aria-hidden="true">
      {scale.ticks.map((tick) => {
        const x = `${positionOf(scale, tick.at)}%`;
        return <line key={tick.at} className="gr" x1={x} x2={x} y1="0" y2="100%" />;
      })}
      <svg y="50%" overflow="visible" aria-hidden="true">
        {at.now > at.start ? (
          <rect
            className={phase.status === 'closed' ? 'closed-window' : 'elapsed'}
            x={`${at.start}%`}
            width={`${at.now - at.start}%`}
            y="-5"
            height="10"
          />
        ) : null}
        {at.end > at.now ? (
          <rect
            className={phase.status === 'upcoming' ? 'unopened' : 'coming'}
            x={`${at.now}%`}
            width={`${at.end - at.now}%`}
            y="-4.5"
            height="9"
          />
        ) : null}
        <text
          className="lab2 halo"
          x={`${label.x}%`}
          y={label.y}
          dx={label.dx}
          textAnchor={label.dx > 0 ? 'start' : 'end'}
        >
          {phase.closesAt.slice(0, 4) === asOf.slice(0, 4) ? utcDay(phase.closesAt) : utcDate(phase.closesAt)}
        </text>
      </svg>
      <line className="now-line" x1={now} x2={now} y1="0" y2="100%" />
    </svg>
  );
}

/** In percent and pixels: after the window, before it, or above its end if both sides are full. */
function labelPlace({ start, end }: { start: number; end: number }): { x: number; y: number; dx: number } {
  if (end <= 84) return { x: end, y: 4, dx: 8 };
  if (start >= 16) return { x: start, y: 4, dx: -8 };
  return { x: end, y: -10, dx: -1 };
}

/** The zone of all phases, or UTC if they have several. */
function sharedZone(phases: readonly PhaseSummary[]): string {
  const [zone = UTC, ...others] = new Set(phases.map((phase) => phase.zone));
  return others.length > 0 ? UTC : zone;
}

/** What a calendar and a clock of the zone show, written as if it were UTC. */
function onCalendar(iso: string, zone: string): string {
  return `${wallTime(new Date(iso), zone)}Z`;
}
